namespace Hazchem.Functions.Hosting;

/// <summary>What is wrong. Anybody may ask, so it names no document and nothing secret.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapMethods(
        "/api/health",
        [HttpMethods.Get, HttpMethods.Head],
        async (HealthCheck check, HttpContext context) =>
        {
            var report = await check.RunAsync(context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";

            // 503 only if the app can do nothing: an orchestrator must not restart it for a depot's trouble.
            return TypedResults.Json(
                report,
                HealthJson.Default.HealthReport,
                statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        });
}
