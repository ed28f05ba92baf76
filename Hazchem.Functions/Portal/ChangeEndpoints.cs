using Azure.Data.Tables;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>What changed, for whoever keeps asking.</summary>
internal sealed class ChangeEndpoints(ActivityReader activity, HazchemSettings hazchem, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    public async Task<IResult> ListAsync(ApiRequest request)
    {
        string[] depots = [.. hazchem.Depots.Keys.Order().Select(depot => depot.Value), Outcomes.NoDepot];
        var cursor = request.Query("since") is not { } since
            ? ChangeCursor.From(time.GetUtcNow() - Usual, depots)
            : ChangeCursor.Parse(since, depots);
        if (cursor is null)
        {
            return Problem.BadRequest("since must be a cursor that an earlier answer gave, or a time with an offset such as 2026-11-22T14:00:00Z.");
        }

        var limit = request.Limit;
        var changes = new List<ChangeBody>();
        var positions = new Dictionary<string, string>(cursor.Positions);
        var more = false;
        foreach (var depot in depots)
        {
            if (changes.Count == limit)
            {
                more = true;
                break;
            }

            var (rows, position, moreOfIt) = await activity.ReadAsync(depot, positions[depot], limit - changes.Count, request.Aborted);
            changes.AddRange(rows.Select(row => ToBody(row, depot, request.Links)));
            positions[depot] = position;
            more |= moreOfIt;
        }

        return new JsonAnswer<ChangesBody>(
            new ChangesBody(changes, new ChangeCursor(positions).ToString(), more), PortalJson.Default.ChangesBody);
    }

    private static ChangeBody ToBody(TableEntity row, string depot, Links links)
    {
        var document = new DocumentKey(row.GetString("DocumentPartition"), row.GetString("DocumentRow"));
        var isDocument = AttentionEntry.KindOf(document) == AttentionKind.Document && row.GetString("Outcome") != nameof(OutcomeKind.Erased);
        return new ChangeBody
        {
            Id = row.GetString("Id"),
            Outcome = row.GetString("Outcome"),
            OccurredAt = row.GetDateTimeOffset("OccurredAt") ?? DateTimeOffset.MinValue,
            Depot = row.GetString(DocumentColumns.Depot) ?? depot,
            Consignment = row.GetString(DocumentColumns.Consignment),
            DocumentType = row.GetString(DocumentColumns.DocumentType),
            Direction = isDocument ? row.GetString(DocumentColumns.Direction) : null,
            State = row.GetString(DocumentColumns.State) is { Length: > 0 } state ? state : null,
            DocumentId = isDocument ? document.ToString() : null,
            Link = isDocument ? links.Document(document) : null,
            FileName = row.GetString(DocumentColumns.FileName),
            HazchemDocumentId = row.GetString(DocumentColumns.HazchemDocumentId),
            Reference = row.GetString(DocumentColumns.Reference),
            Reason = row.GetString(DocumentColumns.Reason),
            OriginalBytes = row.GetInt64(DocumentColumns.OriginalBytes),
            SentBytes = row.GetInt64(DocumentColumns.SentBytes),
            FirstSeenAt = row.GetDateTimeOffset(DocumentColumns.FirstSeenAt),
            By = row.GetString(Outcomes.By),
            Note = row.GetString(DocumentColumns.Note),
        };
    }
}

internal sealed record ChangesBody(IReadOnlyList<ChangeBody> Changes, string Cursor, bool More);

internal sealed record ChangeBody
{
    public required string Id { get; init; }

    public required string Outcome { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string Depot { get; init; }

    public string? Consignment { get; init; }

    public string? DocumentType { get; init; }

    public string? Direction { get; init; }

    public string? State { get; init; }

    public string? DocumentId { get; init; }

    public string? Link { get; init; }

    public string? FileName { get; init; }

    public string? HazchemDocumentId { get; init; }

    public string? Reference { get; init; }

    public string? Reason { get; init; }

    public long? OriginalBytes { get; init; }

    public long? SentBytes { get; init; }

    public DateTimeOffset? FirstSeenAt { get; init; }

    public string? By { get; init; }

    public string? Note { get; init; }
}
