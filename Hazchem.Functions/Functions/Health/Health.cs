using Hazchem.Functions.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hazchem.Functions.Functions.Health;

/// <summary>What is wrong, for whoever watches the app. Anybody may ask, so it names no document and nothing secret.</summary>
internal sealed class Health(HealthCheck check)
{
    public const string Path = "/api/health";

    public static void Map(IEndpointRouteBuilder app) => app.MapMethods(
        Path,
        [HttpMethods.Get, HttpMethods.Head],
        (Health health, HttpContext context) => health.RunAsync(context));

    /// <summary>503 only where the app can do nothing: an orchestrator must not restart it for a depot's trouble.</summary>
    public async Task<JsonHttpResult<HealthReport>> RunAsync(HttpContext context)
    {
        var report = await check.RunAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            report,
            HealthJson.Default.HealthReport,
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
