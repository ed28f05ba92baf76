using Microsoft.AspNetCore.WebUtilities;

namespace Hazchem.Functions.Portal;

/// <summary>What is wrong with a request, as <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A word that stays the same, for programs.</param>
/// <param name="Detail">One sentence for a person.</param>
internal sealed record Problem(int Status, string Code, string? Detail = null) : IResult
{
    public const string ContentType = "application/problem+json";

    public string Title => ReasonPhrases.GetReasonPhrase(Status);

    public static Problem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", detail);

    public static Problem BadRequest(string detail) => new(StatusCodes.Status400BadRequest, "bad-request", detail);

    /// <summary>Storage or memory is short for now.</summary>
    public static Problem TryLater(string detail) => new(StatusCodes.Status503ServiceUnavailable, "try-later", detail);

    /// <summary>For an answer that a part of ASP.NET Core has given without a body.</summary>
    public static Problem OfStatus(int status) => new(status, status switch
    {
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        _ => "bad-request",
    });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }

        return new JsonAnswer<ProblemBody>(new ProblemBody(Title, Status, Code, Detail), PortalJson.Default.ProblemBody, Status, ContentType).ExecuteAsync(httpContext);
    }
}

internal sealed record ProblemBody(string Title, int Status, string Code, string? Detail);
