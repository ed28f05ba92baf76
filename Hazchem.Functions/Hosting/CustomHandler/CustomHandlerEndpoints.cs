using Hazchem.Functions.Functions.Api;
using Hazchem.Functions.Functions.Health;
using Hazchem.Functions.Portal;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>
/// The front door: what the Functions host asks of a custom handler. <c>GET /</c> says that the app is ready, and
/// <c>POST /{function}</c> runs a function. Only <c>/api/*</c> is HTTP from outside, so nothing below it runs a trigger;
/// <see cref="Invoker"/> refuses what was forwarded all the same.
/// </summary>
internal static class CustomHandlerEndpoints
{
    public static void MapFunctions(this WebApplication app)
    {
        app.UseGuard();
        app.MapGet("/", () => TypedResults.Ok());
        app.MapPost("/{function}", (string function, HttpContext context, Invoker invoker) => invoker.InvokeAsync(function, context));
        Functions.Portal.Portal.Map(app);
        Api.Map(app);
        Health.Map(app);
    }
}
