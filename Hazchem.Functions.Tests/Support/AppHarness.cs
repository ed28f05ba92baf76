using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Hazchem.Functions.Functions.FetchDocuments;
using Hazchem.Functions.Functions.SendDocument;
using Hazchem.Functions.Functions.SweepOutbound;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Storage;
using Hazchem.LocalHost.Azurite;
using Hazchem.Simulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Support;

/// <summary>
/// The app as it is composed, without its front door: its functions are called as the front door calls them. Storage and
/// the simulator are real and share the app's clock; depots 045 and 047 are ours, 046 is somebody else's.
/// </summary>
internal sealed class AppHarness : IAsyncDisposable
{
    private readonly AzuriteProcess azurite;
    private readonly ServiceProvider services;

    private AppHarness(AzuriteProcess azurite, SimulatorServer simulator, ShiftedTimeProvider time, CountingPolicy calls, CollectedLogs logs, ServiceProvider services)
    {
        this.azurite = azurite;
        this.services = services;
        Simulator = simulator;
        Time = time;
        StorageCalls = calls;
        Logs = logs;
    }

    public SimulatorServer Simulator { get; }

    public HazchemNetwork Network => Simulator.Network;

    public ShiftedTimeProvider Time { get; }

    public CountingPolicy StorageCalls { get; }

    public CollectedLogs Logs { get; }

    public DocumentStorage Storage => services.GetRequiredService<DocumentStorage>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AppHarness> StartAsync(params (string Name, string Value)[] settings)
    {
        var time = new ShiftedTimeProvider();
        var azurite = await AzuriteFixture.StartFreshAsync(Cancellation);
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0, TimeProvider = time }, Cancellation);
        foreach (var depot in new[] { "045", "046", "047" })
        {
            simulator.Network.AddDepot(depot, $"key-of-{depot}");
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DocumentStorage"] = azurite.ConnectionString,
                ["Hazchem:BaseUrl"] = simulator.Address.AbsoluteUri,
                ["Hazchem:Depots:045:ApiKey"] = "key-of-045",
                ["Hazchem:Depots:047:ApiKey"] = "key-of-047",
                ["Hazchem:RequestsPerSecond"] = "1000",
                ["Hazchem:RetryDelay"] = "00:00:00.001",
                ["Hazchem:Retries"] = "1",
            }
            .Concat(settings.Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
            .GroupBy(setting => setting.Key).Select(group => group.Last())).Build();

        var calls = new CountingPolicy();
        var logs = new CollectedLogs();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs));
        collection.AddApp(configuration);
        collection.AddSingleton<TimeProvider>(time);
        collection.AddSingleton(new DocumentStorage(
            new BlobServiceClient(azurite.ConnectionString, Counted(new BlobClientOptions(), calls)),
            new QueueServiceClient(azurite.ConnectionString, Counted(new QueueClientOptions(), calls)),
            new TableServiceClient(azurite.ConnectionString, Counted(new TableClientOptions(), calls))));
        collection.AddSingleton<SendDocument>().AddSingleton<FetchDocuments>().AddSingleton<SweepOutbound>();
        var harness = new AppHarness(azurite, simulator, time, calls, logs, collection.BuildServiceProvider());
        await harness.Storage.EnsureCreatedAsync(Cancellation);
        return harness;
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
        // By a client of its own: the TMS's requests are not the app's.
        var container = new BlobContainerClient(azurite.ConnectionString, StorageNames.OutboundContainer);
        var answer = await container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(content),
            new BlobUploadOptions { Metadata = metadata.ToDictionary(item => item.Key, item => item.Value) },
            Cancellation);
        return answer.Value.ETag;
    }

    public Task SendAsync(string name) => services.GetRequiredService<SendDocument>().RunAsync(name, Cancellation);

    public async Task DropAndSendAsync(string name, byte[] content, params (string Key, string Value)[] metadata)
    {
        await DropAsync(name, content, metadata);
        await SendAsync(name);
    }

    public Task FetchAsync() => services.GetRequiredService<FetchDocuments>().RunAsync(Cancellation);

    public async Task SweepAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? TimeSpan.Zero);
        await services.GetRequiredService<SweepOutbound>().RunAsync(Cancellation);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string container)
    {
        var names = new List<string>();
        await foreach (var blob in new BlobContainerClient(azurite.ConnectionString, container).GetBlobsAsync(cancellationToken: Cancellation))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    public async Task<byte[]> ReadAsync(string blob)
    {
        var slash = blob.IndexOf('/', StringComparison.Ordinal);
        var client = new BlobContainerClient(azurite.ConnectionString, blob[..slash]).GetBlobClient(blob[(slash + 1)..]);
        return (await client.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
    }

    public Task<IReadOnlyList<TableEntity>> DocumentsAsync() => RowsAsync(StorageNames.ConsignmentDocumentsTable);

    public async Task<TableEntity> DocumentAsync() => (await DocumentsAsync()).Should().ContainSingle().Which;

    public async Task<IReadOnlyList<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in new TableClient(azurite.ConnectionString, table).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Takes the messages off the queue.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync()
    {
        var queue = new QueueClient(azurite.ConnectionString, StorageNames.DocumentEventsQueue);
        var events = new List<JsonElement>();
        while ((await queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                events.Add(JsonDocument.Parse(message.MessageText).RootElement);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Simulator.DisposeAsync();
        await azurite.DisposeAsync();
    }

    private static T Counted<T>(T options, CountingPolicy calls)
        where T : ClientOptions
    {
        options.AddPolicy(calls, HttpPipelinePosition.PerCall);
        options.Retry.MaxRetries = 0;
        return options;
    }
}
