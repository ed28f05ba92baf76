using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>The day's paperwork.</summary>
internal sealed class PrintEndpoints(
    PrintQueue queue, DocumentReader documents, Outcomes outcomes, HazchemSettings hazchem, PortalSettings settings, ImagingOptions imaging, TimeProvider time)
{
    private const int RowsAtOnce = 8;

    /// <summary>How long after the drivers left a paper may still have been for one of them.</summary>
    private static readonly TimeSpan Morning = TimeSpan.FromHours(6);

    public async Task<IResult> ListAsync(ApiRequest request)
    {
        var asked = request.Depot;
        var next = request.Query("next");
        if (next is null)
        {
            foreach (var depot in hazchem.Depots.Keys.Where(depot => asked is null || depot.Value == asked))
            {
                await queue.CatchUpAsync(depot, request.Aborted);
            }
        }

        var (entries, following) = await queue.ReadAsync(asked, request.Limit, next, request.Aborted);
        var items = new PrintItem?[entries.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, entries.Count),
            new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = request.Aborted },
            async (i, token) => items[i] = await ToItemAsync(entries[i], request.Links, token));
        return new JsonAnswer<PrintQueueBody>(new PrintQueueBody([.. items.OfType<PrintItem>()], following), PortalJson.Default.PrintQueueBody);
    }

    public async Task<IResult> MarkAsync(ApiRequest request)
    {
        var body = await request.ReadAsync(PortalJson.Default.IdsBody);
        foreach (var depot in hazchem.Depots.Keys)
        {
            await queue.RemoveOldAsync(depot, request.Aborted);
        }

        return await Bulk.AnswerAsync(
            request,
            body.Ids,
            (id, token) => ApiRequest.ParseId(id) is { } key ? MarkAsync(key, request.Caller, token) : Task.FromResult(ActionResult.NotFound));
    }

    /// <summary>Activity, the row, the entry: cut short, the paper is shown once more.</summary>
    private async Task<ActionResult> MarkAsync(DocumentKey key, Caller caller, CancellationToken cancellationToken)
    {
        if (await documents.FindAsync(key, cancellationToken) is not { } row)
        {
            return ActionResult.NotFound;
        }

        if (row.IsOutbound || row.Blob is null || !DepotCode.TryParse(row.Depot ?? "", out var depot, out _))
        {
            return ActionResult.NotOffered("Only a document that came can be said to be printed.");
        }

        if (row.PrintedAt is null)
        {
            var now = time.GetUtcNow();
            await outcomes.TellAsync(PersonOutcome.Of(OutcomeKind.Printed, depot, key, row, caller, now), cancellationToken);
            var printed = new Dictionary<string, object>
            {
                [DocumentColumns.PrintedAt] = now,
                [DocumentColumns.PrintedBy] = caller.Name,
                [DocumentColumns.Actions] = row.Actions.With(new PersonAction(OutcomeKind.Printed, caller.Name, now)).Json!,
            };
            if (!await documents.MergeAsync(row, printed, cancellationToken))
            {
                return ActionResult.Busy;
            }
        }

        await queue.RemoveAsync(depot.Value, PrintQueue.RowOf(key, row.FirstSeenAt), cancellationToken);
        return ActionResult.Ok;
    }

    private async Task<PrintItem?> ToItemAsync(PrintEntry entry, Links links, CancellationToken cancellationToken)
    {
        if (await documents.FindAsync(entry.Document, cancellationToken) is not { PrintedAt: null, State: nameof(InboundState.Received) } row)
        {
            await queue.RemoveAsync(entry.Depot, entry.Row, cancellationToken);
            return null;
        }

        return new PrintItem(entry.Document.ToString(), entry.Depot, entry.ArrivedAt, LateOf(entry.ArrivedAt), row.ToBody(links));
    }

    /// <summary>What came before the drivers left last is overdue; what came soon after may have been for one of them.</summary>
    private string? LateOf(DateTimeOffset arrivedAt)
    {
        var local = TimeZoneInfo.ConvertTime(time.GetUtcNow(), imaging.TimeZone);
        var day = DateOnly.FromDateTime(local.DateTime);
        var left = day.ToDateTime(settings.PrintBy) <= local.DateTime ? day.ToDateTime(settings.PrintBy) : day.AddDays(-1).ToDateTime(settings.PrintBy);
        var arrived = TimeZoneInfo.ConvertTime(arrivedAt, imaging.TimeZone).DateTime;
        return arrived < left ? "overdue"
            : arrived < left + Morning ? "after-print-time"
            : null;
    }
}

internal sealed record PrintQueueBody(IReadOnlyList<PrintItem> Items, string? Next);

internal sealed record PrintItem(string Id, string Depot, DateTimeOffset ArrivedAt, string? Late, DocumentBody Document);
