using Hazchem.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>What is wrong, for whoever watches the app.</summary>
internal sealed class Health(HttpEndpoints endpoints)
{
    [Function(nameof(Health))]
    public Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request) =>
        endpoints.AnswerHealthAsync(request.HttpContext);
}
