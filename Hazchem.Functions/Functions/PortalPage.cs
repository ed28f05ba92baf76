using Hazchem.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>The web page itself.</summary>
internal sealed class PortalPage(HttpEndpoints endpoints)
{
    [Function(nameof(PortalPage))]
    public Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "portal")] HttpRequest request) =>
        endpoints.AnswerPortalAsync(request.HttpContext);
}
