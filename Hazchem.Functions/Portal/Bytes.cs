namespace Hazchem.Functions.Portal;

/// <summary>Bytes that are in memory, with their length.</summary>
internal sealed record Bytes(ReadOnlyMemory<byte> Content, string ContentType, string ETag) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Caching.IsKnown(httpContext, ETag)
            ? Task.CompletedTask
            : WriteAsync(httpContext, StatusCodes.Status200OK, ContentType, Content);

    public static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> content)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        }
    }
}
