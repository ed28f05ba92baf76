using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>What a person must look at.</summary>
internal sealed class AttentionEndpoints(
    DocumentStorage storage, DocumentReader documents, AttentionList attention, Dismissal dismissal, SendingAgain sendingAgain, HazchemSettings hazchem, TimeProvider time)
{
    private const int RowsAtOnce = 8;
    private const int LongestNote = 500;

    /// <summary>An entry comes before the state that it announces, and no function runs as long as this: older ones speak of what is over.</summary>
    private static readonly TimeSpan Announced = TimeSpan.FromMinutes(15);

    /// <summary>One query, and one look at the row of each entry, since an entry alone proves nothing. What its row has left behind is taken off.</summary>
    public async Task<IResult> ListAsync(ApiRequest request)
    {
        var filter = request.Depot switch
        {
            null => "",
            Outcomes.NoDepot => string.Join(" and ", hazchem.Depots.Keys.Select(depot => TableClient.CreateQueryFilter($"PartitionKey ne {depot.Value}"))),
            var depot => TableClient.CreateQueryFilter($"PartitionKey eq {depot}"),
        };
        var page = await Paging.ReadAsync(storage.NeedsAttention, filter, request.Limit, request.Query("next"), request.Aborted);
        var entries = page.Values.Select(row => new AttentionEntry(row)).ToList();
        var items = new AttentionItem?[entries.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, entries.Count),
            new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = request.Aborted },
            async (i, token) => items[i] = await ToItemAsync(entries[i], request.Links, token));
        return new JsonAnswer<AttentionBody>(
            new AttentionBody([.. items.OfType<AttentionItem>().OrderByDescending(item => item.Since)], page.Next), PortalJson.Default.AttentionBody);
    }

    public async Task<IResult> DismissAsync(ApiRequest request)
    {
        var body = await request.ReadAsync(PortalJson.Default.DismissBody);
        if (body.Note?.Trim() is not { Length: >= 1 and <= LongestNote } note)
        {
            return Problem.BadRequest($"note must say why, in 1 to {LongestNote} characters.");
        }

        var line = PlainText.OneLine(note, LongestNote);
        return await Bulk.AnswerAsync(request, body.Ids, (id, token) => dismissal.DismissAsync(id, request.Caller, line, token));
    }

    public async Task<IResult> SendAgainAsync(ApiRequest request)
    {
        var body = await request.ReadAsync(PortalJson.Default.IdsBody);
        return await Bulk.AnswerAsync(
            request,
            body.Ids,
            async (id, token) => ApiRequest.ParseId(id) is { } key
                ? (await sendingAgain.PutBackAsync(key, request.Caller, isOneOfMany: body.Ids!.Count > 1, token)).Result
                : ActionResult.NotFound);
    }

    private async Task<AttentionItem?> ToItemAsync(AttentionEntry entry, Links links, CancellationToken cancellationToken)
    {
        if (entry.Kind != AttentionKind.Document)
        {
            return new AttentionItem(
                entry.Id,
                entry.Kind,
                entry.Depot,
                entry.Since,
                entry.Reason,
                entry.Kind == AttentionKind.File ? Advice.ForAFile(entry.Document)
                    : DepotEntries.IsUnreadable(entry.Document) ? Advice.ForAnUnreadableEntry
                    : Advice.ForADepot,
                null);
        }

        var row = await documents.FindAsync(entry.Document, cancellationToken);
        if (row is not { NeedsAttention: true })
        {
            if (row?.IsOnItsWay is not true && entry.Since + Announced < time.GetUtcNow())
            {
                await attention.RemoveAsync(DepotCode.TryParse(entry.Depot, out var depot, out _) ? depot : null, entry.Document, entry.Version, cancellationToken);
            }

            return null;
        }

        var document = row.ToBody(links);
        return new AttentionItem(entry.Id, entry.Kind, entry.Depot, entry.Since, row.Reason ?? entry.Reason, document.Advice!, document);
    }
}

internal sealed record AttentionBody(IReadOnlyList<AttentionItem> Items, string? Next);

internal sealed record AttentionItem(
    string Id, AttentionKind Kind, string Depot, DateTimeOffset Since, string Reason, string Advice, DocumentBody? Document);
