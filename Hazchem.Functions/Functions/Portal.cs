using Hazchem.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>The web page's files and its API. App Service authentication is in front of it.</summary>
/// <remarks>
/// The host chooses a function by the decoded path, then forwards the path decoded once more with <c>\</c> as a slash:
/// <c>/api/portal/..%5cv1/status</c> would arrive as <c>/api/v1/status</c> without a key. So the route takes plain characters
/// only. Such a constraint never fits an empty path, which <see cref="PortalPage"/> takes.
/// </remarks>
internal sealed class Portal(HttpEndpoints endpoints)
{
    [Function(nameof(Portal))]
    public Task<IResult> RunAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "delete",
            Route = "portal/{*path:regex(^[A-Za-z0-9._~/-]*$)}")] HttpRequest request) =>
        endpoints.AnswerPortalAsync(request.HttpContext);
}
