namespace Hazchem.Functions.Portal;

/// <summary>What is asked of one document.</summary>
internal sealed class DocumentEndpoints(DocumentReader documents, DocumentFiles files, SendingAgain sendingAgain)
{
    private const string AnyBytes = "application/octet-stream";

    /// <summary>What the app itself knows a file to be. Anything else is bytes: a type from outside is not passed on.</summary>
    private static readonly string[] KnownTypes = ["image/jpeg", "image/tiff"];

    public async Task<IResult> GetAsync(ApiRequest request)
    {
        var row = await FindAsync(request);
        return Answer(row, request, StatusCodes.Status200OK);
    }

    public async Task<IResult> GetContentAsync(ApiRequest request)
    {
        var row = await FindAsync(request);
        if (row.Sha256 is { } hash && row.Blob is not null && Caching.IsKnown(request.Context, hash.Value))
        {
            return Results.Empty;
        }

        if (await files.OpenAsync(row, request.Aborted) is not { } file)
        {
            request.Context.Response.Headers.Remove("ETag");
            return Problem.NotFound("The file of this document is not kept, or not any more.");
        }

        var type = row.Entity.GetString(Storage.DocumentColumns.ContentType);
        return new FileAnswer(file, !row.IsOutbound && KnownTypes.Contains(type) ? type! : AnyBytes, row.FileName ?? row.Key.Row);
    }

    public async Task<IResult> SendAgainAsync(ApiRequest request)
    {
        var (result, row) = await sendingAgain.PutBackAsync(request.Document, request.Caller, isOneOfMany: false, request.Aborted);
        return result.Done ? Answer(row!, request, StatusCodes.Status202Accepted) : result.ToProblem();
    }

    private static JsonAnswer<DocumentBody> Answer(DocumentRow row, ApiRequest request, int status) => new(
        row.ToBody(request.Links),
        PortalJson.Default.DocumentBody,
        status,
        ETag: status == StatusCodes.Status200OK ? Caching.TagOf(request.Links.Root, row.ETag) : null);

    private async Task<DocumentRow> FindAsync(ApiRequest request) =>
        await documents.FindAsync(request.Document, request.Aborted)
        ?? throw new ProblemException(Problem.NotFound("There is no such document."));
}
