using System.Security.Cryptography;
using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Functions.FetchDocuments;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>The function as the app has it, with real storage and a simulator over HTTP, which share one clock.</summary>
internal sealed class InboundHarness : IAsyncDisposable
{
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
    public static readonly byte[] Tiff = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0];
    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    private readonly ServiceProvider services;

    private InboundHarness(string depot, SimulatorServer simulator, ShiftedTimeProvider time, ServiceProvider services, CountingPolicy storageCalls)
    {
        Depot = depot;
        Simulator = simulator;
        Time = time;
        this.services = services;
        StorageCalls = storageCalls;
    }

    public string Depot { get; }

    /// <summary>A consignment of this depot's in every role.</summary>
    public string Consignment => $"HZ-{Depot}";

    public SimulatorServer Simulator { get; }

    public HazchemNetwork Network => Simulator.Network;

    public ShiftedTimeProvider Time { get; }

    public CountingPolicy StorageCalls { get; }

    public CollectedLogs Logs { get; private init; } = new();

    public DocumentStorage Storage => services.GetRequiredService<DocumentStorage>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<InboundHarness> StartAsync(InboundAzurite azurite, InboundSettings? settings = null, InboundHarness? besides = null)
    {
        var depot = besides?.Depot ?? azurite.NextDepot();
        var time = besides?.Time ?? new ShiftedTimeProvider();
        var simulator = besides?.Simulator ?? await SimulatorServer.StartAsync(
            new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0, TimeProvider = time }, Cancellation);
        var code = DepotCode.TryParse(depot, out var parsed, out var reason) ? parsed : throw new ArgumentException(reason);
        var key = $"key-of-{depot}";
        simulator.Network.AddDepot(depot, key);
        simulator.Network.AddConsignment($"HZ-{depot}", depot, depot, depot);

        var calls = new CountingPolicy();
        var logs = new CollectedLogs();
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(time);
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs));
        collection.AddHazchemApi(new HazchemSettings
        {
            BaseUrl = simulator.Address,
            Depots = new Dictionary<DepotCode, DepotAccess> { [code] = new DepotAccess.Usable(new ApiKey(key)) },
            RequestsPerSecond = 1_000,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            Retries = 1,
        });
        collection.AddInbound(settings ?? new InboundSettings());
        collection.AddSingleton(new DocumentStorage(
            new BlobServiceClient(azurite.ConnectionString, Counted(new BlobClientOptions(), calls)),
            new QueueServiceClient(azurite.ConnectionString, Counted(new QueueClientOptions(), calls)),
            new TableServiceClient(azurite.ConnectionString, Counted(new TableClientOptions(), calls))));
        collection.AddSingleton<Outcomes>();
        collection.AddSingleton<AttentionList>();
        collection.AddSingleton<FetchDocuments>();
        var harness = new InboundHarness(depot, simulator, time, collection.BuildServiceProvider(), calls) { Logs = logs };
        await harness.Storage.EnsureCreatedAsync(Cancellation);
        calls.Operations.Clear();
        return harness;
    }

    public Task RunAsync(CancellationToken? cancellation = null) =>
        services.GetRequiredService<FetchDocuments>().RunAsync(cancellation ?? Cancellation);

    /// <summary>A little later than what was published, as by a timer.</summary>
    public async Task RunLaterAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? TimeSpan.FromMinutes(10));
        await RunAsync();
    }

    public string Publish(string id, byte[]? content = null, string type = "DELIVERY_IMAGE", Func<PublishedDocument, PublishedDocument>? change = null)
    {
        var document = new PublishedDocument
        {
            ConsignmentNumber = Consignment,
            DocumentType = type,
            Content = content ?? [.. Jpeg, .. RandomNumberGenerator.GetBytes(8)],
            DocumentId = id,
            VisibleTo = [Depot],
            DepotRoles = type == "CUSTOMER_PAPERWORK" ? ["DELIVERY"] : ["REQUESTING"],
        };
        return Network.Publish(change?.Invoke(document) ?? document);
    }

    public async Task<IReadOnlyList<TableEntity>> LinksAsync() =>
        await QueryAsync(Storage.ConsignmentDocuments, TableClient.CreateQueryFilter($"Depot eq {Depot}"));

    public async Task<TableEntity> LinkAsync(string id) =>
        (await LinksAsync()).Should().ContainSingle(row => row.GetString("HazchemDocumentId") == id).Which;

    public async Task<IReadOnlyList<TableEntity>> AttentionAsync() =>
        await QueryAsync(Storage.NeedsAttention, TableClient.CreateQueryFilter($"PartitionKey eq {Depot}"));

    public async Task<IReadOnlyList<TableEntity>> StateAsync() =>
        await QueryAsync(Storage.DepotState, TableClient.CreateQueryFilter($"PartitionKey eq {Depot}"));

    public async Task<IReadOnlyList<TableEntity>> AsideAsync() => [.. (await StateAsync()).Where(row => row.RowKey != "state")];

    public async Task<DateTimeOffset> CursorAsync() =>
        (await StateAsync()).Single(row => row.RowKey == "state").GetDateTimeOffset("Cursor")!.Value;

    public async Task<byte[]> ContentAsync(TableEntity link)
    {
        var name = link.GetString("Blob")["inbound/".Length..];
        var content = await Storage.Inbound.GetBlobClient(name).DownloadContentAsync(Cancellation);
        return content.Value.Content.ToArray();
    }

    /// <summary>Takes the messages off the queue; gives this depot's.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync()
    {
        var events = new List<JsonElement>();
        while ((await Storage.DocumentEvents.ReceiveMessagesAsync(32, cancellationToken: Cancellation)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                events.Add(JsonDocument.Parse(message.MessageText).RootElement);
                await Storage.DocumentEvents.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }

        return [.. events.Where(e => e.GetProperty("depot").GetString() == Depot)];
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private static T Counted<T>(T options, CountingPolicy calls)
        where T : ClientOptions
    {
        options.AddPolicy(calls, HttpPipelinePosition.PerCall);
        options.Retry.MaxRetries = 0;
        return options;
    }

    private static async Task<IReadOnlyList<TableEntity>> QueryAsync(TableClient table, string filter)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }
}
