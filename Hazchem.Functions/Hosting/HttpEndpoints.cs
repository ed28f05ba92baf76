using Hazchem.Functions.Portal;

namespace Hazchem.Functions.Hosting;

/// <summary>
/// The endpoints behind the HTTP functions. Each function has its own and no other's: a path that means something else
/// here than it meant to the host reaches nothing that the host would have asked a key for.
/// </summary>
internal sealed class HttpEndpoints(IServiceProvider services)
{
    private readonly RequestDelegate portal = Build(services, PortalRegistration.MapPortal);
    private readonly RequestDelegate api = Build(services, PortalRegistration.MapApi);
    private readonly RequestDelegate health = Build(services, HealthEndpoint.Map);

    public Task<IResult> AnswerPortalAsync(HttpContext context) => AnswerAsync(portal, context);

    public Task<IResult> AnswerApiAsync(HttpContext context) => AnswerAsync(api, context);

    public Task<IResult> AnswerHealthAsync(HttpContext context) => AnswerAsync(health, context);

    private static RequestDelegate Build(IServiceProvider services, Action<IEndpointRouteBuilder> map)
    {
        var app = new ApplicationBuilder(services);
        app.UseRouting();
        app.UseGuard();
        app.UseEndpoints(map);
        return app.Build();
    }

    /// <returns>Nothing more to do: the answer is written.</returns>
    private static async Task<IResult> AnswerAsync(RequestDelegate endpoints, HttpContext context)
    {
        // The worker has routed the request to the function, and a request that has an endpoint is not routed again.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        try
        {
            await endpoints(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has left, which is no failure of the function.
        }

        return Results.Empty;
    }
}
