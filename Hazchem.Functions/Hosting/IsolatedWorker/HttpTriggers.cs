using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Hosting.IsolatedWorker;

/// <summary>What runs each function for HTTP; as <see cref="Triggers"/>, and apart from it so that no document waits for the web.</summary>
internal sealed class HttpTriggers(HttpFunctions functions)
{
    [Function("Portal")]
    public Task<IResult> PortalAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "delete",
            Route = "portal/{*path:regex(^[A-Za-z0-9._~/-]*$)}")] HttpRequest request) =>
        functions.AnswerPortalAsync(request.HttpContext);

    [Function("PortalPage")]
    public Task<IResult> PortalPageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "portal")] HttpRequest request) =>
        functions.AnswerPortalAsync(request.HttpContext);

    [Function("Api")]
    public Task<IResult> ApiAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "delete", Route = "v1/{*path}")] HttpRequest request) =>
        functions.AnswerApiAsync(request.HttpContext);

    [Function("Health")]
    public Task<IResult> HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request) =>
        functions.AnswerHealthAsync(request.HttpContext);
}
