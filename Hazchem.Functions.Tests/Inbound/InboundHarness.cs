using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>The app with one depot of ours, and what the inbound tests ask of it.</summary>
internal sealed class InboundHarness : IAsyncDisposable
{
    public const string Depot = "045";

    /// <summary>A consignment of the depot's in every role.</summary>
    public const string Consignment = "HZ-045";

    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
    public static readonly byte[] Tiff = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0, 0];
    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    private static readonly (string Name, string? Value) OneDepot = ("Hazchem__Depots__047__ApiKey", null);

    private readonly AppHarness app;

    private InboundHarness(AppHarness app) => this.app = app;

    public HazchemNetwork Network => app.Network;

    public ShiftedTimeProvider Time => app.Time;

    public CountingPolicy StorageCalls => app.StorageCalls;

    public HazchemCalls HazchemCalls => app.HazchemCalls;

    public CollectedLogs Logs => app.Logs;

    public DocumentStorage Storage => app.Storage;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<InboundHarness> StartAsync(params (string Name, string? Value)[] settings)
    {
        var harness = new InboundHarness(await AppHarness.StartAsync([OneDepot, .. settings]));
        harness.Network.AddConsignment(Consignment, Depot, Depot, Depot);
        return harness;
    }

    /// <summary>A second instance of the app; see <see cref="AppHarness.StartBesideAsync"/>.</summary>
    public async Task<InboundHarness> StartBesideAsync(params (string Name, string? Value)[] settings) =>
        new(await app.StartBesideAsync([OneDepot, .. settings]));

    public Task RunAsync(CancellationToken? cancellation = null) => app.FetchAsync(cancellation);

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

    /// <summary>Publishes a document whose entry in the listing differs from the contract's.</summary>
    /// <param name="id">The document's.</param>
    /// <param name="difference">Members of the entry.</param>
    /// <param name="change">Of the document.</param>
    public string PublishAs(string id, JsonObject difference, Func<PublishedDocument, PublishedDocument>? change = null) => Publish(id, change: document =>
    {
        document = change?.Invoke(document) ?? document;
        var entry = new JsonObject
        {
            ["documentId"] = id,
            ["consignmentNumber"] = document.ConsignmentNumber,
            ["documentType"] = document.DocumentType,
            ["depotRoles"] = JsonSerializer.SerializeToNode(document.DepotRoles),
            ["contentType"] = "image/jpeg",
            ["length"] = document.Content.Length,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(document.Content.Span)),
            ["availableAt"] = Time.GetUtcNow(),
        };
        foreach (var (name, value) in difference)
        {
            entry[name] = value?.DeepClone();
        }

        return document with { ListedAs = JsonSerializer.SerializeToElement(entry) };
    });

    /// <summary>The codes of what the health check finds.</summary>
    public async Task<IReadOnlyList<string>> HealthAsync()
    {
        // Its answer is kept for some seconds.
        Time.Advance(TimeSpan.FromSeconds(11));
        return [.. (await app.CheckHealthAsync()).Reasons.Select(reason => reason.Code)];
    }

    public Task<IReadOnlyList<TableEntity>> LinksAsync() => app.DocumentsAsync();

    public async Task<TableEntity> LinkAsync(string id) =>
        (await LinksAsync()).Should().ContainSingle(row => row.GetString("HazchemDocumentId") == id).Which;

    public Task<IReadOnlyList<TableEntity>> AttentionAsync() => app.RowsAsync(StorageNames.NeedsAttentionTable);

    public Task<IReadOnlyList<TableEntity>> StateAsync() => app.RowsAsync(StorageNames.DepotStateTable);

    public async Task<IReadOnlyList<TableEntity>> AsideAsync() => [.. (await StateAsync()).Where(row => row.RowKey != "state")];

    public async Task<DateTimeOffset> CursorAsync() =>
        (await StateAsync()).Single(row => row.RowKey == "state").GetDateTimeOffset("Cursor")!.Value;

    public Task<byte[]> ContentAsync(TableEntity link) => app.ReadAsync(link.GetString("Blob"));

    public Task<IReadOnlyList<JsonElement>> EventsAsync() => app.EventsAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
