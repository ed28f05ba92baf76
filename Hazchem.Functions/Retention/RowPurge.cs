using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Retention;

/// <summary>Removes the rows that were kept for as long as they are kept, and nothing of a document that is open.</summary>
/// <remarks>
/// <code>
/// 1 print entries, counts, attention ─ 2 a depot's hours of Activity that are old enough ─ 3 the documents they speak of ─ 4 how far ─ 5 older Activity
///                                                 ^                                                          │
///                                                 └──────────────────────── next page ───────────────────────┘
/// </code>
/// No key of a document tells its age, but each end of a document is told in <c>Activity</c>, which is kept by the hour: the
/// hour leads to the document, and if the document has changed since, a later hour does. So a run costs as much as is due,
/// and not as much as is kept. Every step may be done again, and a run that was cut goes on from what it wrote down.
/// </remarks>
internal sealed class RowPurge(
    DocumentStorage storage, RetentionSettings settings, InboundSettings inbound, TimeProvider time, ILogger<RowPurge> logger)
{
    /// <summary>The partition in <c>DepotState</c> of how far each depot's documents are purged; the row is the depot.</summary>
    public const string Partition = "~purge";

    private const string ReadTo = nameof(ReadTo);
    private const string DocumentPartition = nameof(DocumentPartition);
    private const string DocumentRow = nameof(DocumentRow);
    private const int RowsAQuery = 1000;
    private const int MostInTransaction = 100;
    private const int PartitionsAtOnce = 16;

    /// <summary>Sorts behind every hour, and behind every depot's.</summary>
    private const string Last = "~";

    /// <summary>Well under the <c>functionTimeout</c> of five minutes.</summary>
    private static readonly TimeSpan RunsFor = TimeSpan.FromMinutes(4);

    /// <summary>A state that is not among them is open, or of a newer version of the app.</summary>
    private static readonly HashSet<string> OutboundEnds =
    [
        nameof(OutboundState.Sent), nameof(OutboundState.Rejected), nameof(OutboundState.Failed), nameof(OutboundState.Superseded), nameof(OutboundState.Shadowed),
    ];

    /// <inheritdoc cref="OutboundEnds"/>
    private static readonly HashSet<string> InboundEnds =
    [
        nameof(InboundState.Received), nameof(InboundState.Flagged), nameof(InboundState.Skipped), nameof(InboundState.Withdrawn), nameof(InboundState.Failed),
    ];

    private static readonly string[] KeysOnly = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp)];

    private static readonly string[] DocumentFields = [.. KeysOnly, DocumentColumns.State, DocumentColumns.Direction];

    private static readonly string[] PointerFields = [.. KeysOnly, DocumentPartition, DocumentRow];

    public async Task<Purged> RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(RunsFor, time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var now = time.GetUtcNow();

        // A depot whose progress is lost begins its fetching anew, and knows by their rows what it has.
        var kept = settings.Documents > inbound.InitialLookback ? settings.Documents : inbound.InitialLookback;
        var documentsBefore = now - kept;
        var activityBefore = now - (settings.Activity > kept ? settings.Activity : kept);
        var run = new Run(documentsBefore, activityBefore, inTime.Token);
        try
        {
            // 1.
            await PurgeEntriesAsync(run);
            foreach (var depot in await ReadDepotsAsync(run))
            {
                // 2. to 4.
                var position = await PurgeDocumentsAsync(depot, run);

                // 5.
                await PurgeActivityAsync(depot, position, run);
            }
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested)
        {
            Log.OutOfTime(logger);
        }

        Log.Purged(logger, run.Documents, run.Activity, run.Entries);
        return new Purged(run.Documents, run.Activity, run.Entries);
    }

    private async Task PurgeEntriesAsync(Run run)
    {
        var printBefore = Outcomes.ActivityRowAt(run.DocumentsBefore);
        run.AddEntries(await PurgeAsync(storage.ToPrint, TableClient.CreateQueryFilter($"RowKey lt {printBefore}"), run));

        var countBefore = run.DocumentsBefore.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        run.AddEntries(await PurgeAsync(
            storage.DepotState, TableClient.CreateQueryFilter($"PartitionKey eq {DailyCount.Partition} and RowKey lt {countBefore}"), run));

        await foreach (var entry in storage.NeedsAttention.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"Since lt {run.DocumentsBefore}"), RowsAQuery, PointerFields, run.Cut))
        {
            if (await PointsNowhereAsync(entry, run.Cut)
                && await TryDeleteAsync(storage.NeedsAttention, entry, entry.ETag, run.Cut))
            {
                run.AddEntries(1);
            }
        }
    }

    /// <summary>Whether an old entry is about a document that is gone, a day's count or an entry of a listing. What a depot is in goes when that has passed.</summary>
    private async Task<bool> PointsNowhereAsync(TableEntity entry, CancellationToken cancellationToken)
    {
        var key = new DocumentKey(entry.GetString(DocumentPartition), entry.GetString(DocumentRow));
        if (key.Partition == DocumentKey.Depot)
        {
            return key.Row.Contains(DailyCount.AttentionInfix, StringComparison.Ordinal) || DepotEntries.IsUnreadable(key);
        }

        return !key.IsFile
            && !(await storage.ConsignmentDocuments.GetEntityIfExistsAsync<TableEntity>(key.Partition, key.Row, KeysOnly, cancellationToken)).HasValue;
    }

    /// <summary>
    /// The depots that <c>Activity</c> has, also those that are ours no more; the one that is furthest behind first, so that none is
    /// left out for good. Where nothing is old enough this is all there is to do: one query a depot and two.
    /// </summary>
    private async Task<IReadOnlyList<DepotHours>> ReadDepotsAsync(Run run)
    {
        var positions = new Dictionary<string, string>();
        await foreach (var row in storage.DepotState.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: run.Cut))
        {
            positions[row.RowKey] = row.GetString(ReadTo) ?? "";
        }

        var depots = new List<DepotHours>();
        var after = "";
        while (await FirstAsync(after) is { } partition)
        {
            var depot = partition[..partition.LastIndexOf('_')];
            depots.Add(new DepotHours(depot, partition[(depot.Length + 1)..], positions.GetValueOrDefault(depot, "")));
            after = $"{depot}_{Last}";
        }

        return [.. depots.OrderBy(depot => depot.Begin, StringComparer.Ordinal)];

        async Task<string?> FirstAsync(string behind)
        {
            await foreach (var row in storage.Activity.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey gt {behind}"), maxPerPage: 1, KeysOnly, run.Cut))
            {
                return row.PartitionKey;
            }

            return null;
        }
    }

    /// <returns>Up to where in <c>Activity</c> the documents that it leads to are purged.</returns>
    private async Task<string> PurgeDocumentsAsync(DepotHours depot, Run run)
    {
        var end = Outcomes.ActivityHour(run.DocumentsBefore);
        var position = depot.Begin;
        if (string.CompareOrdinal(position[..Outcomes.HourLength], end) >= 0)
        {
            return position;
        }

        var hour = $"{depot.Depot}_{position[..Outcomes.HourLength]}";
        string[] filters =
        [
            TableClient.CreateQueryFilter($"PartitionKey eq {hour} and RowKey gt {position}"),
            TableClient.CreateQueryFilter($"PartitionKey gt {hour} and PartitionKey lt {depot.Depot + "_" + end}"),
        ];
        foreach (var filter in filters)
        {
            await foreach (var page in storage.Activity.QueryAsync<TableEntity>(filter, RowsAQuery, PointerFields, run.Cut).AsPages())
            {
                if (page.Values.Count == 0)
                {
                    continue;
                }

                await Parallel.ForEachAsync(
                    page.Values.Select(row => row.GetString(DocumentPartition)).OfType<string>().Distinct(),
                    new ParallelOptions { MaxDegreeOfParallelism = PartitionsAtOnce, CancellationToken = run.Cut },
                    async (partition, _) => run.AddDocuments(await PurgeDocumentsAsync(partition, run)));
                position = page.Values[^1].RowKey;
                await SaveAsync(depot.Depot, position, run.Cut);
            }
        }

        await SaveAsync(depot.Depot, end, run.Cut);
        return end;
    }

    /// <summary>The documents of a consignment that have their end and have not changed since: a query, and a batch for each hundred.</summary>
    private async Task<int> PurgeDocumentsAsync(string partition, Run run)
    {
        var due = new List<TableEntity>();
        await foreach (var row in storage.ConsignmentDocuments.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and UpdatedAt lt {run.DocumentsBefore}"), RowsAQuery, DocumentFields, run.Cut))
        {
            var ends = row.GetString(DocumentColumns.Direction) == nameof(Direction.Outbound) ? OutboundEnds : InboundEnds;
            if (ends.Contains(row.GetString(DocumentColumns.State) ?? ""))
            {
                due.Add(row);
            }
        }

        // Unchanged since it was read: a document that is dropped again now begins anew, in this row.
        return await DeleteAsync(storage.ConsignmentDocuments, due, row => row.ETag, run.Cut);
    }

    private async Task PurgeActivityAsync(DepotHours depot, string position, Run run)
    {
        var end = Outcomes.ActivityHour(run.ActivityBefore);

        // What has not led to its documents yet stays.
        var before = string.CompareOrdinal(end, position) < 0 ? end : position[..Outcomes.HourLength];
        if (string.CompareOrdinal(depot.Oldest, before) < 0)
        {
            run.AddActivity(await PurgeAsync(
                storage.Activity,
                TableClient.CreateQueryFilter($"PartitionKey ge {depot.Depot + "_" + depot.Oldest} and PartitionKey lt {depot.Depot + "_" + before}"),
                run));
        }
    }

    private async Task SaveAsync(string depot, string position, CancellationToken cancellationToken) =>
        await storage.DepotState.UpsertEntityAsync(
            new TableEntity(Partition, depot) { [ReadTo] = position }, TableUpdateMode.Replace, cancellationToken);

    /// <summary>Whatever a filter finds, in batches of a partition.</summary>
    private static async Task<int> PurgeAsync(TableClient table, string filter, Run run)
    {
        var removed = 0;
        await foreach (var page in table.QueryAsync<TableEntity>(filter, RowsAQuery, KeysOnly, run.Cut).AsPages())
        {
            await Parallel.ForEachAsync(
                page.Values.GroupBy(row => row.PartitionKey),
                new ParallelOptions { MaxDegreeOfParallelism = PartitionsAtOnce, CancellationToken = run.Cut },
                async (partition, _) => Interlocked.Add(ref removed, await DeleteAsync(table, [.. partition], _ => ETag.All, run.Cut)));
        }

        return removed;
    }

    /// <param name="table">Where the rows are.</param>
    /// <param name="rows">Of one partition.</param>
    /// <param name="version">The version of a row that may go.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    private static async Task<int> DeleteAsync(
        TableClient table, IReadOnlyList<TableEntity> rows, Func<TableEntity, ETag> version, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var chunk in rows.Chunk(MostInTransaction))
        {
            try
            {
                await table.SubmitTransactionAsync(
                    chunk.Select(row => new TableTransactionAction(
                        TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey), version(row))),
                    cancellationToken);
                removed += chunk.Length;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                // One of them was removed or written meanwhile, and none of the batch went.
                foreach (var row in chunk)
                {
                    removed += await TryDeleteAsync(table, row, version(row), cancellationToken) ? 1 : 0;
                }
            }
        }

        return removed;
    }

    /// <returns>False where the row was written meanwhile, and stays.</returns>
    private static async Task<bool> TryDeleteAsync(TableClient table, TableEntity row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, version, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }

    /// <param name="Oldest">The first hour that <c>Activity</c> has of the depot.</param>
    /// <param name="Position">Up to where its documents are purged: a row of <c>Activity</c>, or an hour; empty before the first time.</param>
    private sealed record DepotHours(string Depot, string Oldest, string Position)
    {
        /// <summary>Where to go on.</summary>
        public string Begin => string.CompareOrdinal(Position, Oldest) < 0 ? Oldest : Position;
    }

    /// <param name="DocumentsBefore">Documents that have not changed since then go.</param>
    /// <param name="ActivityBefore">What was told before then goes.</param>
    /// <param name="Cut">Ends the run: its time is over, or the app stops.</param>
    private sealed record Run(DateTimeOffset DocumentsBefore, DateTimeOffset ActivityBefore, CancellationToken Cut)
    {
        private int documents;
        private int activity;
        private int entries;

        public int Documents => documents;

        public int Activity => activity;

        public int Entries => entries;

        public void AddDocuments(int removed) => Interlocked.Add(ref documents, removed);

        public void AddActivity(int removed) => Interlocked.Add(ref activity, removed);

        public void AddEntries(int removed) => Interlocked.Add(ref entries, removed);
    }
}
