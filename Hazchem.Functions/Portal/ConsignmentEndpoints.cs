namespace Hazchem.Functions.Portal;

/// <summary>What is asked of a consignment.</summary>
internal sealed class ConsignmentEndpoints(DocumentReader documents, Eraser eraser)
{
    private const int LongestPrefix = 40;

    public async Task<IResult> SuggestAsync(ApiRequest request)
    {
        if (request.Query("prefix") is not { Length: <= LongestPrefix } prefix)
        {
            return Problem.BadRequest($"prefix must be given, with 1 to {LongestPrefix} characters.");
        }

        // What no number has, none begins with.
        IReadOnlyList<string> found = prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? await documents.SuggestAsync(prefix.ToUpperInvariant(), request.Aborted)
            : [];
        return new JsonAnswer<ConsignmentsBody>(new ConsignmentsBody(found), PortalJson.Default.ConsignmentsBody);
    }

    public async Task<IResult> ListAsync(ApiRequest request)
    {
        var partition = request.Partition;
        var (rows, next) = await documents.ListAsync(partition, request.Limit, request.Query("next"), request.Aborted);
        return new JsonAnswer<DocumentsBody>(
            new DocumentsBody(partition, [.. rows.Select(row => row.ToBody(request.Links))], next),
            PortalJson.Default.DocumentsBody,
            ETag: Caching.TagOf([request.Links.Root, next ?? "", .. rows.Select(row => $"{row.Key.Row} {row.ETag}")]));
    }

    public async Task<IResult> EraseAsync(ApiRequest request)
    {
        var erased = await eraser.EraseAsync(request.Partition, request.Caller, request.Aborted);
        if (erased is null)
        {
            request.Context.Response.Headers.RetryAfter = "360";
            return new Problem(
                StatusCodes.Status409Conflict, "busy", "A document of this consignment is being sent, or came just now, so nothing or not all was erased. Erase it again in some minutes.");
        }

        return new JsonAnswer<ErasedBody>(erased, PortalJson.Default.ErasedBody);
    }
}

internal sealed record ConsignmentsBody(IReadOnlyList<string> Consignments);

internal sealed record DocumentsBody(string Consignment, IReadOnlyList<DocumentBody> Documents, string? Next);
