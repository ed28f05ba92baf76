using System.Diagnostics.Metrics;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Hazchem.Functions.Functions;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;
using Hazchem.Simulator;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Support;

/// <summary>
/// The app as it is composed, without the Functions worker: its functions are called as the host calls them. Storage and
/// the simulator are real and share the app's clock; depots 045 and 047 are ours, 046 is somebody else's.
/// </summary>
internal sealed class AppHarness : IAsyncDisposable
{
    private readonly string connection;
    private readonly AccountView account;
    private readonly IConfiguration configuration;
    private readonly bool ownsSimulator;
    private readonly BlobClock blobClock;
    private readonly HttpClient blobs;
    private ServiceProvider? services;

    private AppHarness(string connection, SimulatorServer simulator, ShiftedTimeProvider time, bool ownsSimulator, (string Name, string? Value)[] settings)
    {
        this.connection = connection;
        account = new AccountView(connection);
        this.ownsSimulator = ownsSimulator;
        Simulator = simulator;
        Time = time;
        blobClock = new BlobClock(time);
        blobs = new HttpClient(blobClock) { Timeout = Timeout.InfiniteTimeSpan };
        configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DocumentStorage"] = connection,
                ["Hazchem:BaseUrl"] = simulator.Address.AbsoluteUri,
                ["Hazchem:Depots:045:ApiKey"] = "key-of-045",
                ["Hazchem:Depots:047:ApiKey"] = "key-of-047",
                ["Hazchem:RequestsPerSecond"] = "1000",
                ["Hazchem:RetryDelay"] = "00:00:00.001",
                ["Hazchem:Retries"] = "1",
            }
            .Concat(settings.Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .GroupBy(setting => setting.Key).Select(group => group.Last()).Where(setting => setting.Value is not null)).Build();
    }

    public SimulatorServer Simulator { get; }

    public HazchemNetwork Network => Simulator.Network;

    public ShiftedTimeProvider Time { get; }

    public CountingPolicy StorageCalls { get; private set; } = new();

    public HazchemCalls HazchemCalls { get; private set; } = new();

    public CollectedLogs Logs { get; } = new();

    public DocumentStorage Storage => Services.GetRequiredService<DocumentStorage>();

    public MemoryBudget Memory => Services.GetRequiredService<MemoryBudget>();

    private ServiceProvider Services => services ?? throw new InvalidOperationException("The app is not started.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="settings">Besides or instead of the harness's own; null takes one of them away.</param>
    public static async Task<AppHarness> StartAsync(params (string Name, string? Value)[] settings)
    {
        var time = new ShiftedTimeProvider();
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0, TimeProvider = time }, Cancellation);
        foreach (var depot in new[] { "045", "046", "047" })
        {
            simulator.Network.AddDepot(depot, $"key-of-{depot}");
        }

        var account = await AzuriteFixture.TakeAccountAsync();
        var harness = new AppHarness(account.ConnectionString, simulator, time, ownsSimulator: true, settings);
        await harness.OpenAsync();
        return harness;
    }

    /// <summary>A second instance of the app, with the same storage, simulator and clock. Dispose it first.</summary>
    public async Task<AppHarness> StartBesideAsync(params (string Name, string? Value)[] settings)
    {
        var other = new AppHarness(connection, Simulator, Time, ownsSimulator: false, settings);
        await other.OpenAsync();
        return other;
    }

    /// <summary>
    /// The app is gone with all that it held in memory, and starts again. It has new <see cref="StorageCalls"/> and
    /// <see cref="HazchemCalls"/>, whose hooks are empty; what the old ones break stays broken for the old app.
    /// </summary>
    public async Task RestartAsync()
    {
        await Services.DisposeAsync();
        StorageCalls = new CountingPolicy();
        HazchemCalls = new HazchemCalls();
        await OpenAsync();
    }

    /// <summary>A consignment in which 045 requests and collects and 046 delivers.</summary>
    public void Announce(params string[] consignments)
    {
        foreach (var consignment in consignments)
        {
            Network.AddConsignment(consignment, requesting: "045", collection: "045", delivery: "046");
        }
    }

    public async Task<ETag> DropAsync(string name, byte[] content, params (string Key, string Value)[] metadata)
    {
        var version = await account.DropAsync(name, content, metadata);
        blobClock.Wrote(version);
        return version;
    }

    /// <inheritdoc cref="AccountView.DropRawAsync"/>
    public Task DropRawAsync(string name, byte[] content) => account.DropRawAsync(name, content);

    public Task SendAsync(string name) => Services.GetRequiredService<SendDocument>().RunAsync(Storage.Outbound.GetBlobClient(name), name, Cancellation);

    /// <param name="stopping">The host cancels or ends.</param>
    public Task SendUntilStoppedAsync(string name, CancellationToken stopping) =>
        Services.GetRequiredService<DocumentSender>().SendAsync(name, Time.GetUtcNow() + OutboundPolicy.FunctionLasts, stopping);

    /// <summary>As a person does with the one document that there is.</summary>
    public async Task<ActionResult> SendAgainAsync()
    {
        var row = await DocumentAsync();
        return (await Services.GetRequiredService<SendingAgain>().PutBackAsync(
            new DocumentKey(row.PartitionKey, row.RowKey), Caller.Local, isOneOfMany: false, Cancellation)).Result;
    }

    public async Task DropAndSendAsync(string name, byte[] content, params (string Key, string Value)[] metadata)
    {
        await DropAsync(name, content, metadata);
        await SendAsync(name);
    }

    public Task FetchAsync(CancellationToken? cancellation = null) =>
        Services.GetRequiredService<FetchDocuments>().RunAsync(new TimerInfo(), cancellation ?? Cancellation);

    public async Task SweepAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? TimeSpan.Zero);
        await Services.GetRequiredService<SweepOutbound>().RunAsync(new TimerInfo(), Cancellation);
    }

    /// <summary>What a gauge of whole numbers says now; null where it says nothing.</summary>
    public int? Gauge(string name)
    {
        var meters = Services.GetRequiredService<IMeterFactory>();
        int? said = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => said = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return said;
    }

    /// <summary>As the timer does after midnight.</summary>
    public Task CountDayAsync() => Services.GetRequiredService<CountDay>().RunAsync(new TimerInfo(), Cancellation);

    /// <summary>As the timer does each hour.</summary>
    public Task PurgeAsync(TimeSpan? after = null, CancellationToken? cancellation = null)
    {
        Time.Advance(after ?? TimeSpan.Zero);
        return Services.GetRequiredService<PurgeRows>().RunAsync(new TimerInfo(), cancellation ?? Cancellation);
    }

    public Task<HealthReport> CheckHealthAsync(CancellationToken? cancellation = null) =>
        Services.GetRequiredService<HealthCheck>().RunAsync(cancellation ?? Cancellation);

    public Task<IReadOnlyList<string>> ListAsync(string container) => account.ListAsync(container);

    public Task<byte[]> ReadAsync(string blob) => account.ReadAsync(blob);

    public Task<IReadOnlyList<TableEntity>> DocumentsAsync() => RowsAsync(StorageNames.ConsignmentDocumentsTable);

    public async Task<TableEntity> DocumentAsync() => (await DocumentsAsync()).Should().ContainSingle().Which;

    public Task<IReadOnlyList<TableEntity>> RowsAsync(string table) => account.RowsAsync(table);

    /// <summary>Takes the messages off the queue.</summary>
    public Task<IReadOnlyList<JsonElement>> EventsAsync() => account.EventsAsync();

    /// <summary>As the host does with a blob that failed too often.</summary>
    public async Task PoisonAsync(string name)
    {
        var queue = Poison();
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        var body = JsonSerializer.Serialize(new
        {
            Type = "BlobTrigger",
            FunctionId = "Host.Functions.SendDocument",
            BlobType = "BlockBlob",
            ContainerName = StorageNames.OutboundContainer,
            BlobName = name,
            ETag = "\"0x1\"",
        });
        await queue.SendMessageAsync(body, Cancellation);
    }

    /// <summary>How many messages are left, taken ones too.</summary>
    public async Task<int> PoisonedAsync() =>
        (await Poison().GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount;

    private QueueClient Poison() => new(
        connection, StorageNames.PoisonQueue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        blobs.Dispose();
        if (ownsSimulator)
        {
            await Simulator.DisposeAsync();
        }
    }

    private async Task OpenAsync()
    {
        var collection = new ServiceCollection();
        Compose(collection);
        services = collection.BuildServiceProvider();
        await Storage.EnsureCreatedAsync(Cancellation);
        await Services.GetRequiredService<DepotGates>().LoadAsync(Services.GetRequiredService<HazchemSettings>().Depots.Keys, Cancellation);
        StorageCalls.Operations.Clear();
    }

    /// <summary>The app's services, on this harness's storage, simulator and clock, and counted by it.</summary>
    public void Compose(IServiceCollection collection)
    {
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        collection.AddApp(configuration);
        collection.AddHttpClient(HazchemClient.HttpClientName).AddHttpMessageHandler(() => HazchemCalls);
        collection.AddSingleton<TimeProvider>(Time);
        collection.PostConfigureAll<BlobClientOptions>(options => Count(options, new HttpClientTransport(blobs)))
            .PostConfigureAll<QueueClientOptions>(options => Count(options, AzureLimits.Transport))
            .PostConfigureAll<TableClientOptions>(options => Count(options, AzureLimits.Transport));
        collection.AddSingleton<SendDocument>().AddSingleton<FetchDocuments>().AddSingleton<SweepOutbound>().AddSingleton<CountDay>().AddSingleton<PurgeRows>();
    }

    private void Count(ClientOptions options, HttpPipelineTransport transport)
    {
        options.AddPolicy(StorageCalls, HttpPipelinePosition.PerCall);
        options.Transport = transport;

        // Nothing is tried again here, so a slow answer of Azurite on a busy machine must not end a request.
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(100);
    }
}
