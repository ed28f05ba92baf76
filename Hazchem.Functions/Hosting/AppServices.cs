using Hazchem.Functions.Functions.CountDay;
using Hazchem.Functions.Functions.FetchDocuments;
using Hazchem.Functions.Functions.Health;
using Hazchem.Functions.Functions.PurgeRows;
using Hazchem.Functions.Functions.SendDocument;
using Hazchem.Functions.Functions.SweepOutbound;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Retention;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Hosting;

/// <summary>What the app is made of, whichever front door it has.</summary>
internal static class AppServices
{
    /// <exception cref="SettingsException">A setting is wrong that concerns more than one depot.</exception>
    public static IServiceCollection AddApp(this IServiceCollection services, IConfiguration configuration) => services
        // What the server says of each request has its address, and one from outside may have a file's name in it.
        .AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning))
        .AddSingleton(TimeProvider.System)
        .AddTelemetry(TelemetrySettings.From(configuration))
        .AddSingleton(LinkSettings.From(configuration))
        .AddDocumentStorage(StorageSettings.Read(configuration))
        .AddHazchemApi(HazchemSettings.From(configuration))
        .AddImaging(ImagingOptions.From(configuration))
        .AddOutbound(OutboundSettings.From(configuration))
        .AddInbound(InboundSettings.From(configuration))
        .AddPortal(PortalSettings.From(configuration))
        .AddRetention(RetentionSettings.From(configuration))
        .AddSingleton<HealthCheck>()
        .AddHostedService<WarmUp>();

    /// <summary>The functions, which know neither front door. They need everything else of the app.</summary>
    public static IServiceCollection AddFunctions(this IServiceCollection services) => services
        .AddSingleton<SendDocument>()
        .AddSingleton<FetchDocuments>()
        .AddSingleton<SweepOutbound>()
        .AddSingleton<CountDay>()
        .AddSingleton<PurgeRows>()
        .AddSingleton<Health>()
        .AddHostedService<ParentWatch>();
}
