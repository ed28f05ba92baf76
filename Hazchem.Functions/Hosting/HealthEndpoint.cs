namespace Hazchem.Functions.Hosting;

/// <summary>What is wrong. Anybody may ask, so it names no document and nothing secret.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapMethods(
        "/api/health",
        [HttpMethods.Get, HttpMethods.Head],
        (RequestDelegate)(async context =>
        {
            var report = await context.RequestServices.GetRequiredService<HealthCheck>().RunAsync(context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";

            // 503 only if the app can do nothing: an orchestrator must not restart it for a depot's trouble.
            await TypedResults.Json(
                report,
                HealthJson.Default.HealthReport,
                statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK).ExecuteAsync(context);
        }));
}
