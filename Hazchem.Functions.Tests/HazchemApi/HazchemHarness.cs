using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Telemetry;
using Hazchem.Functions.Tests.Support;
using Hazchem.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.HazchemApi;

/// <summary>The client as the app registers it, against a simulator of its own over HTTP.</summary>
internal sealed class HazchemHarness : IAsyncDisposable
{
    public const string Key = "key-of-045-which-nobody-may-see";

    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9];

    private readonly ServiceProvider services;

    private HazchemHarness(SimulatorServer simulator, ServiceProvider services, CollectedLogs logs)
    {
        Simulator = simulator;
        this.services = services;
        Logs = logs;
    }

    public static DepotCode Depot { get; } = DepotCode.TryParse("045", out var code, out _) ? code : throw new InvalidOperationException();

    public SimulatorServer Simulator { get; }

    public HazchemNetwork Network => Simulator.Network;

    public HazchemClient Client => services.GetRequiredService<HazchemClient>();

    public CollectedLogs Logs { get; }

    public static async Task<HazchemHarness> StartAsync(
        Func<HazchemSettings, HazchemSettings>? change = null, HttpMessageHandler? handler = null)
    {
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0 }, TestContext.Current.CancellationToken);
        simulator.Network.AddDepot("045", Key);
        simulator.Network.AddDepot("046", "another-key");
        simulator.Network.AddConsignment("HZ1", requesting: "045", collection: "045", delivery: "046");
        simulator.Network.AddConsignment("HZ2", requesting: "046", collection: "046", delivery: "045");
        var settings = Settings(simulator.Address);
        var logs = new CollectedLogs();
        return new HazchemHarness(simulator, Services(change?.Invoke(settings) ?? settings, logs, handler), logs);
    }

    public static HazchemSettings Settings(Uri address) => new()
    {
        BaseUrl = address,
        Depots = new Dictionary<DepotCode, DepotAccess> { [Depot] = new DepotAccess.Usable(new ApiKey(Key)) },
        RequestsPerSecond = 1_000,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    public static ServiceProvider Services(HazchemSettings settings, CollectedLogs logs, HttpMessageHandler? handler = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        services.AddTelemetry(new TelemetrySettings());
        services.AddHazchemApi(settings);
        if (handler is not null)
        {
            services.AddHttpClient(HazchemClient.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => handler);
        }

        return services.BuildServiceProvider();
    }

    public static OutgoingDocument Document(
        string consignment = "HZ1",
        DocumentType type = DocumentType.DeliveryImage,
        string key = "key-1",
        string fileName = "photo.jpg",
        byte[]? content = null,
        string contentType = "image/jpeg",
        DateTimeOffset? capturedAt = null) => new(
            Depot,
            ConsignmentNumber.TryParse(consignment, out var number, out var reason) ? number : throw new ArgumentException(reason),
            type,
            key,
            fileName,
            contentType,
            content ?? Jpeg,
            capturedAt);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Simulator.DisposeAsync();
    }
}
