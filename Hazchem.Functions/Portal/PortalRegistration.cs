namespace Hazchem.Functions.Portal;

internal static class PortalRegistration
{
    /// <summary>Needs everything else of the app.</summary>
    public static IServiceCollection AddPortal(this IServiceCollection services, PortalSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<Guard>()
        .AddSingleton<DocumentReader>()
        .AddSingleton<DocumentFiles>()
        .AddSingleton<PagePictures>()
        .AddSingleton<SendingAgain>()
        .AddSingleton<Dismissal>()
        .AddSingleton<Eraser>()
        .AddSingleton<PrintQueue>()
        .AddSingleton<ActivityReader>()
        .AddSingleton<HourReader>()
        .AddSingleton<StatusReader>()
        .AddSingleton<ConsignmentEndpoints>()
        .AddSingleton<DocumentEndpoints>()
        .AddSingleton<PageEndpoints>()
        .AddSingleton<AttentionEndpoints>()
        .AddSingleton<PrintEndpoints>()
        .AddSingleton<ChangeEndpoints>()
        .AddSingleton<StatusEndpoints>()
        .AddSingleton<DropEndpoints>();

    /// <summary>The web page's files and what it asks for.</summary>
    public static void MapPortal(this IEndpointRouteBuilder app)
    {
        WebPage.Map(app, Addresses.ForPeople);
        Endpoints.Map(app, Addresses.ForTheWebPage);
    }

    /// <summary>The same API for the TMS.</summary>
    public static void MapApi(this IEndpointRouteBuilder app) => Endpoints.Map(app, Addresses.ForTheTms);

    /// <summary>Before the endpoints.</summary>
    public static void UseGuard(this IApplicationBuilder app) =>
        app.Use((context, next) => context.RequestServices.GetRequiredService<Guard>().InvokeAsync(context, next));
}
