using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hazchem.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary>
/// A simulator that knows the depots 045 (requests and collects HZ1) and 046 (delivers it), and a caller that holds each
/// answer to the contract. On its end no answer may have broken it.
/// </summary>
internal sealed class SimulatedDepot : IAsyncDisposable
{
    public const string Key045 = "key-of-045";
    public const string Key046 = "key-of-046";
    public const string Since = "/v1/documents?changedSince=2020-01-01T00:00:00Z";

    private readonly SimulatorServer _server;
    private readonly HazchemContractHandler _handler;

    private SimulatedDepot(SimulatorServer server, FakeTimeProvider clock, HazchemContract contract)
    {
        _server = server;
        Clock = clock;
        _handler = new HazchemContractHandler(contract, new SocketsHttpHandler());
        Http = new HttpClient(_handler) { BaseAddress = server.Address };
        Control = new HttpClient { BaseAddress = server.ControlAddress };
    }

    public HttpClient Http { get; }

    public HttpClient Control { get; }

    public FakeTimeProvider Clock { get; }

    public HazchemNetwork Network => _server.Network;

    public Uri Address => _server.Address;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SimulatedDepot> StartAsync(SimulatorOptions? options = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 14, 3, 7, 120, TimeSpan.Zero));
        var server = await SimulatorServer.StartAsync(
            (options ?? new SimulatorOptions { RequestsPerSecond = 0 }) with { TimeProvider = clock }, Token);
        server.Network.AddDepot("045", Key045);
        server.Network.AddDepot("046", Key046);
        server.Network.AddConsignment("HZ1", "045", "045", "046");
        return new SimulatedDepot(server, clock, await HazchemContract.LoadAsync(Token));
    }

    public static byte[] Jpeg(int length = 64) => [0xFF, 0xD8, 0xFF, 0xE0, .. Filler(length - 4)];

    public static byte[] Tiff(int length = 64) => [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, .. Filler(length - 8)];

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static MultipartFormDataContent Form(
        byte[] content, string type = "DELIVERY_IMAGE", string contentType = "image/jpeg", string? fileName = null, string? sha256 = null)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return new MultipartFormDataContent
        {
            { new StringContent(type), "documentType" },
            { new StringContent(fileName ?? (contentType == "image/tiff" ? "scan.tif" : "photo.jpg")), "fileName" },
            { new StringContent(sha256 ?? Hash(content)), "sha256" },
            { file, "file", "upload" },
        };
    }

    public static HttpRequestMessage Post(
        HttpContent form, string idempotencyKey = "k1", string apiKey = Key045, string consignment = "HZ1")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/consignments/{consignment}/documents") { Content = form };
        request.Headers.Add("X-Api-Key", apiKey);
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Http.SendAsync(request, Token);

    public Task<HttpResponseMessage> GetAsync(string path, string apiKey = Key045)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", apiKey);
        return SendAsync(request);
    }

    public async Task<JsonNode> ListAsync(string path = Since, string apiKey = Key045)
    {
        using var response = await GetAsync(path, apiKey);
        response.EnsureSuccessStatusCode();
        return (await JsonOf(response))!;
    }

    public async Task<IReadOnlyList<string>> ListedIdsAsync(string path = Since, string apiKey = Key045) =>
        [.. (await ListAsync(path, apiKey))["documents"]!.AsArray().Select(d => (string)d!["documentId"]!)];

    public string Publish(string? id = null, string type = "DELIVERY_IMAGE", byte[]? content = null) => Network.Publish(new PublishedDocument
    {
        ConsignmentNumber = "HZ1",
        DocumentType = type,
        Content = content ?? (type == "DELIVERY_IMAGE" ? Jpeg() : Tiff()),
        DocumentId = id,
    });

    public static async Task<JsonNode?> JsonOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(Token));

    public static async Task<string> CodeOf(HttpResponseMessage response) => (string)(await JsonOf(response))!["code"]!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Control.Dispose();
        await _server.DisposeAsync();
        _handler.ResponseProblems.Should().BeEmpty();
    }

    private static byte[] Filler(int length)
    {
        var bytes = new byte[Math.Max(0, length)];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
