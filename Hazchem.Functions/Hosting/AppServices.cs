using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Retention;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Hosting;

/// <summary>What the app is made of.</summary>
internal static class AppServices
{
    /// <exception cref="SettingsException">A setting is wrong that concerns more than one depot.</exception>
    public static IServiceCollection AddApp(this IServiceCollection services, IConfiguration configuration) => services
        // What the server says of each request has its address, and one from outside may have a file's name in it.
        .AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning))
        .AddSingleton(TimeProvider.System)
        .AddTelemetry(TelemetrySettings.From(configuration))
        .AddSingleton(LinkSettings.From(configuration))
        .AddDocumentStorage(configuration)
        .AddHazchemApi(HazchemSettings.From(configuration))
        .AddImaging(ImagingOptions.From(configuration))
        .AddOutbound(OutboundSettings.From(configuration))
        .AddInbound(InboundSettings.From(configuration))
        .AddPortal(PortalSettings.From(configuration))
        .AddRetention(RetentionSettings.From(configuration))
        .AddSingleton<HealthCheck>()
        .AddSingleton<HttpEndpoints>()
        .AddHostedService<WarmUp>();
}
