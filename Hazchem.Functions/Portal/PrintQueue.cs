using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>
/// The table <c>ToPrint</c>: paperwork that came and is not printed, by depot, in the order in which it came. It is made from
/// <c>Activity</c> when somebody looks, from where it was read to the last time, so that fetching costs nothing more and
/// history is read once. Whoever reads an entry checks the document's own row.
/// </summary>
internal sealed class PrintQueue(DocumentStorage storage, TimeProvider time)
{
    private const string PositionRow = "~position";
    private const string ReadTo = nameof(ReadTo);
    private const int MostInTransaction = 100;

    /// <summary>Paper that nobody has asked for within this time is not printed any more.</summary>
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    private static readonly string[] Fields = ["DocumentPartition", "DocumentRow", DocumentColumns.FirstSeenAt];

    /// <summary>Two operations, and one for each hundred papers that are new.</summary>
    public async Task CatchUpAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var position = await storage.ToPrint.GetEntityIfExistsAsync<TableEntity>(depot.Value, PositionRow, cancellationToken: cancellationToken);
        var from = position.HasValue ? position.Value!.GetDateTimeOffset(ReadTo) ?? DateTimeOffset.MinValue : DateTimeOffset.MinValue;
        from = from > now - LooksBack ? from : now - LooksBack;

        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {Outcomes.ActivityPartition(depot.Value, from)} and PartitionKey le {Outcomes.ActivityPartition(depot.Value, now + ActivityReader.Overlap)} and OccurredAt ge {from} and Outcome eq {nameof(OutcomeKind.Received)} and DocumentType eq {DocumentType.CustomerPaperwork.ToSegment()} and State eq {nameof(InboundState.Received)}");
        var entries = new Dictionary<string, TableEntity>();
        await foreach (var row in storage.Activity.QueryAsync<TableEntity>(filter, select: Fields, cancellationToken: cancellationToken))
        {
            var entry = EntryOf(depot, new DocumentKey(row.GetString("DocumentPartition"), row.GetString("DocumentRow")), row.GetDateTimeOffset(DocumentColumns.FirstSeenAt) ?? from);
            entries[entry.RowKey] = entry;
        }

        foreach (var chunk in entries.Values.Chunk(MostInTransaction))
        {
            await storage.ToPrint.SubmitTransactionAsync(
                chunk.Select(entry => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entry)), cancellationToken);
        }

        // What is written down late is read the next time.
        await storage.ToPrint.UpsertEntityAsync(
            new TableEntity(depot.Value, PositionRow) { [ReadTo] = now - ActivityReader.Overlap }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>One query, which begins where nobody is asked any more.</summary>
    public async Task<(IReadOnlyList<PrintEntry> Entries, string? Next)> ReadAsync(
        string? depot, int limit, string? next, CancellationToken cancellationToken)
    {
        var filter = depot is null
            ? TableClient.CreateQueryFilter($"RowKey ge {OldestRow()} and RowKey lt {PositionRow}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {depot} and RowKey ge {OldestRow()} and RowKey lt {PositionRow}");
        var page = await Paging.ReadAsync(storage.ToPrint, filter, limit, next, cancellationToken);
        return ([.. page.Values.Select(row => new PrintEntry(
            row.PartitionKey, row.RowKey, new DocumentKey(row.GetString("DocumentPartition"), row.GetString("DocumentRow")), row.GetDateTimeOffset("ArrivedAt")!.Value))], page.Next);
    }

    public Task RemoveAsync(string depot, string row, CancellationToken cancellationToken) =>
        storage.ToPrint.DeleteEntityAsync(depot, row, ETag.All, cancellationToken);

    /// <summary>Takes off what nobody has printed for so long that it is not read any more: one query, and one operation for each hundred.</summary>
    public async Task RemoveOldAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        var old = await storage.ToPrint
            .QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {depot.Value} and RowKey lt {OldestRow()}"), select: Keys, cancellationToken: cancellationToken)
            .ToListAsync(cancellationToken);
        foreach (var chunk in old.Chunk(MostInTransaction))
        {
            try
            {
                await storage.ToPrint.SubmitTransactionAsync(
                    chunk.Select(entry => new TableTransactionAction(TableTransactionActionType.Delete, entry, ETag.All)), cancellationToken);
            }
            catch (TableTransactionFailedException e) when (e.Status == 404)
            {
                // Somebody else marks too, and was first. What is left goes the next time.
            }
        }
    }

    public static string RowOf(DocumentKey document, DateTimeOffset arrivedAt) => $"{Outcomes.ActivityRowAt(arrivedAt)}_{document.Partition}_{document.Row}";

    private string OldestRow() => Outcomes.ActivityRowAt(time.GetUtcNow() - LooksBack);

    private static TableEntity EntryOf(DepotCode depot, DocumentKey document, DateTimeOffset arrivedAt) => new(depot.Value, RowOf(document, arrivedAt))
    {
        ["DocumentPartition"] = document.Partition,
        ["DocumentRow"] = document.Row,
        ["ArrivedAt"] = arrivedAt,
    };
}

internal sealed record PrintEntry(string Depot, string Row, DocumentKey Document, DateTimeOffset ArrivedAt);
