using Hazchem.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>The API for the TMS. The host has checked its key.</summary>
internal sealed class Api(HttpEndpoints endpoints)
{
    [Function(nameof(Api))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "delete", Route = "v1/{*path}")] HttpRequest request) =>
        endpoints.AnswerApiAsync(request.HttpContext);
}
