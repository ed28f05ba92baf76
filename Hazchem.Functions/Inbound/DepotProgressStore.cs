using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Inbound;

/// <summary>
/// A depot's progress in the table <c>DepotState</c>: the row <c>state</c> and a row for each document that is set aside, in
/// one partition, so that one query reads all and one transaction writes all.
/// </summary>
internal sealed class DepotProgressStore(DocumentStorage storage, InboundSettings settings, TimeProvider time)
{
    public const string StateRow = "state";
    public const string AsidePrefix = "aside_";

    private const int MaxInTransaction = 100;
    private const int MaxTries = 5;
    private const string HandledPrefix = "Handled";
    private const string LastCompleteRunAt = nameof(LastCompleteRunAt);

    /// <summary>One storage operation, unless there are hundreds of documents set aside.</summary>
    public async Task<DepotProgress> ReadAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        TableEntity? state = null;
        var aside = new List<AsideDocument>();
        await foreach (var row in storage.DepotState.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {depot.Value}"), cancellationToken: cancellationToken))
        {
            if (row.RowKey == StateRow)
            {
                state = row;
            }
            else if (row.RowKey.StartsWith(AsidePrefix, StringComparison.Ordinal))
            {
                aside.Add(ToAside(row));
            }
        }

        if (state is null)
        {
            return new DepotProgress(depot);
        }

        var chunks = new List<byte[]>();
        while (state.TryGetValue(ChunkName(chunks.Count), out var chunk) && chunk is byte[] bytes)
        {
            chunks.Add(bytes);
        }

        // Older versions followed Hazchem's clock into the future. Such a depot begins as on its first run, and looks for each
        // document's row before it fetches it.
        var now = time.GetUtcNow();
        var cursor = state.GetDateTimeOffset("Cursor");
        var isWrong = cursor > now + DepotProgress.ClockTolerance;
        var overflowUntil = isWrong ? now : state.GetDateTimeOffset("HandledOverflowUntil");
        return DepotProgress.Read(
            depot,
            state.ETag,
            isWrong ? null : cursor,
            new HandledIds(chunks, overflowUntil > DateTimeOffset.UnixEpoch ? overflowUntil : null),
            chunks.Count,
            aside,
            state.GetInt32("StoppedRuns") ?? 0,
            state.GetInt32("FailedRuns") ?? 0,
            state.GetDateTimeOffset(LastCompleteRunAt),
            state.GetBoolean("ClockOff") ?? false,
            TimeSpan.FromSeconds(state.GetDouble("ClockBehindSeconds") ?? 0));
    }

    /// <summary>When a run last read Hazchem's listing to its end; null if none ever did. One storage operation.</summary>
    public async Task<DateTimeOffset?> ReadLastCompleteRunAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        var row = await storage.DepotState.GetEntityIfExistsAsync<TableEntity>(
            depot.Value, StateRow, [LastCompleteRunAt], cancellationToken);
        return row.HasValue ? row.Value!.GetDateTimeOffset(LastCompleteRunAt) : null;
    }

    /// <summary>
    /// One storage operation. If another run wrote meanwhile, its progress is read and this one's put on top. What
    /// comes back is what to go on with.
    /// </summary>
    public async Task<DepotProgress> SaveAsync(DepotProgress progress, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await WriteAsync(progress, cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412 && tries < MaxTries)
            {
                progress = progress.OnTopOf(await ReadAsync(progress.Depot, cancellationToken));
            }
        }
    }

    private static string ChunkName(int index) => string.Create(CultureInfo.InvariantCulture, $"{HandledPrefix}{index:00}");

    private static string AsideRow(string documentId) => AsidePrefix + NameEncoding.Encode(documentId);

    private static AsideDocument ToAside(TableEntity row) => new(
        new ListedDocument(
            row.GetString("DocumentId"),
            row.GetString(DocumentColumns.Consignment),
            row.GetString(DocumentColumns.DocumentType),
            row.GetString(DocumentColumns.DepotRoles).Split(',', StringSplitOptions.RemoveEmptyEntries),
            row.GetString(DocumentColumns.ContentType),
            row.GetInt64("Length") ?? -1,
            row.GetString("Sha256"),
            row.GetDateTimeOffset(DocumentColumns.AvailableAt) ?? DateTimeOffset.UnixEpoch),
        row.GetInt32("Failures") ?? 1,
        row.GetInt32("Damages") ?? 0,
        row.GetDateTimeOffset("Since") ?? DateTimeOffset.UnixEpoch,
        row.GetDateTimeOffset("DueAt") ?? DateTimeOffset.UnixEpoch,
        row.GetString(DocumentColumns.Reason));

    private static TableEntity ToEntity(DepotCode depot, AsideDocument aside) => new(depot.Value, AsideRow(aside.Document.DocumentId))
    {
        ["DocumentId"] = aside.Document.DocumentId,
        [DocumentColumns.Consignment] = aside.Document.ConsignmentNumber,
        [DocumentColumns.DocumentType] = aside.Document.DocumentType,
        [DocumentColumns.DepotRoles] = string.Join(',', aside.Document.DepotRoles),
        [DocumentColumns.ContentType] = aside.Document.ContentType,
        ["Length"] = aside.Document.Length,
        ["Sha256"] = aside.Document.Sha256,
        [DocumentColumns.AvailableAt] = aside.Document.AvailableAt,
        ["Failures"] = aside.Failures,
        ["Damages"] = aside.Damages,
        ["Since"] = aside.Since,
        ["DueAt"] = aside.DueAt,
        [DocumentColumns.Reason] = aside.Reason,
    };

    private async Task<DepotProgress> WriteAsync(DepotProgress progress, CancellationToken cancellationToken)
    {
        if (progress.Cursor is { } cursor)
        {
            progress.Handled.ForgetBefore(cursor - settings.Overlap);
        }

        // What is set aside is written before the cursor moves, should it not fit into one transaction.
        var asides = progress.ChangedAside.Select(change => change.Value is { } aside
            ? new TableTransactionAction(TableTransactionActionType.UpsertReplace, ToEntity(progress.Depot, aside))
            : new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(progress.Depot.Value, AsideRow(change.Key)), ETag.All)).ToList();
        while (asides.Count >= MaxInTransaction)
        {
            await storage.DepotState.SubmitTransactionAsync(asides.Take(MaxInTransaction), cancellationToken);
            asides.RemoveRange(0, MaxInTransaction);
        }

        var chunks = progress.Handled.ToChunks();
        var state = ToEntity(progress, chunks);
        var action = progress.ETag is { } eTag
            ? new TableTransactionAction(TableTransactionActionType.UpdateMerge, state, eTag)
            : new TableTransactionAction(TableTransactionActionType.Add, state);
        var answers = await storage.DepotState.SubmitTransactionAsync([action, .. asides], cancellationToken);
        var written = answers.Value[0].Headers.ETag
            ?? throw new InvalidOperationException("Table Storage answered a write without an ETag.");
        return progress.Written(written, chunks.Count);
    }

    /// <summary>Merged into the row, so that what others keep in it stays.</summary>
    private static TableEntity ToEntity(DepotProgress progress, IReadOnlyList<byte[]> chunks)
    {
        var state = new TableEntity(progress.Depot.Value, StateRow)
        {
            // A merge leaves out what is null, so a time long past stands for none.
            ["HandledOverflowUntil"] = progress.Handled.OverflowUntil ?? DateTimeOffset.UnixEpoch,
            ["StoppedRuns"] = progress.StoppedRuns,
            ["FailedRuns"] = progress.FailedRuns,
            ["ClockOff"] = progress.ClockOff,
            ["ClockBehindSeconds"] = progress.ClockBehind.TotalSeconds,
        };
        if (progress.Cursor is { } cursor)
        {
            state["Cursor"] = cursor;
        }

        if (progress.LastRun is { } run)
        {
            state["LastRunStartedAt"] = run.StartedAt;
            state["LastRunEndedAt"] = run.EndedAt;
            state["LastRunFetched"] = run.Fetched;
            state["LastRunFailed"] = run.Failed;
            state["LastRunProblem"] = run.Problem ?? "";
            state["LastRunKeyRefused"] = run.KeyRefused;
            if (run.Complete)
            {
                state[LastCompleteRunAt] = run.EndedAt;
            }
        }

        for (var i = 0; i < Math.Max(chunks.Count, progress.ChunksRead); i++)
        {
            state[ChunkName(i)] = i < chunks.Count ? chunks[i] : [];
        }

        return state;
    }
}
