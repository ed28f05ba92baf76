using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Hosting;

/// <summary>The published app as a process, asked as the real Functions host was seen to ask.</summary>
public sealed class CustomHandlerTests : IAsyncLifetime
{
    private AzuriteAccount azurite = null!;
    private SimulatorServer simulator = null!;
    private Dictionary<string, string> settings = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        azurite = await AzuriteFixture.TakeAccountAsync();
        simulator = await SimulatorServer.StartAsync(new SimulatorOptions(), Cancellation);
        simulator.Network.AddDepot("045", "key-of-045");
        simulator.Network.AddConsignment("HZ0012345678", requesting: "045", collection: "045", delivery: "046");
        settings = new Dictionary<string, string>
        {
            ["DocumentStorage"] = azurite.ConnectionString,
            ["Hazchem__BaseUrl"] = simulator.Address.AbsoluteUri,
            ["Hazchem__Depots__045__ApiKey"] = "key-of-045",
        };
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    [Fact]
    public void PublishedFolder_isACompleteFunctionApp()
    {
        File.Exists(AppProcess.Executable).Should().BeTrue();
        foreach (var function in new[] { "SendDocument", "FetchDocuments", "SweepOutbound", "CountDay", "PurgeRows", "Health" })
        {
            using var definition = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppProcess.Folder, function, "function.json")));
            definition.RootElement.GetProperty("bindings").GetArrayLength().Should().Be(function == "Health" ? 2 : 1);
        }

        using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppProcess.Folder, "host.json")));
        host.RootElement.GetProperty("functionTimeout").GetString().Should().Be("00:05:00");
        host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString().Should().Be("api");
    }

    [Theory]
    [InlineData("SendDocument", "blob", "Sent")]
    [InlineData("SendDocument", "blob-special-characters", "Sent")]
    [InlineData("SendDocument", "blob-name-that-does-not-fit", "Rejected")]
    [InlineData("FetchDocuments", "timer", null)]
    [InlineData("FetchDocuments", "timer-without-status", null)]
    [InlineData("SweepOutbound", "timer", null)]
    [InlineData("CountDay", "timer", null)]
    [InlineData("PurgeRows", "timer", null)]
    public async Task Post_asTheHostWasSeenToPost_succeedsWithAJsonObject(string function, string request, string? state)
    {
        await using var app = await AppProcess.StartAsync(settings);
        var body = RequestBody(request);
        if (state is not null)
        {
            using var parsed = JsonDocument.Parse(body);
            var name = JsonSerializer.Deserialize<string>(parsed.RootElement.GetProperty("Metadata").GetProperty("name").GetString()!)!;
            await DropAsync(name, name.Contains("/cop/", StringComparison.Ordinal) ? SamplePictures.Scan(1) : SamplePictures.Photo(1));
        }

        var (status, answer) = await PostRawAsync(app.Port, function, body);
        status.Should().Be(200, answer);
        ShouldBeAnObject(answer);

        // A redelivery is a new invocation and nothing else tells it from the first.
        var (again, repeated) = await PostRawAsync(app.Port, function, body);
        again.Should().Be(200, repeated);
        simulator.Network.Received.Should().HaveCount(state == "Sent" ? 1 : 0);
    }

    [Fact]
    public async Task Get_readiness_isOk()
    {
        await using var app = await AppProcess.StartAsync(settings);
        using var answer = await app.Client.GetAsync("/", Cancellation);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/Nonsense")]
    [InlineData("/api")]
    [InlineData("/api/SendDocument")]
    [InlineData("/senddocument")]
    public async Task Post_noFunctionOfThatName_isNotFound(string path)
    {
        await using var app = await AppProcess.StartAsync(settings);
        using var answer = await app.Client.PostAsync(path, new StringContent(RequestBody("blob")), Cancellation);
        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{\"Metadata\":", "no JSON")]
    [InlineData("{}", "Metadata.Uri is missing")]
    [InlineData("{\"Metadata\":{\"Uri\":\"\\\"http://127.0.0.1/devstoreaccount1/sent/a\\\"\"}}", "names no blob of the container")]
    public async Task Post_malformed_isABadRequestThatSaysWhy(string body, string expected)
    {
        await using var app = await AppProcess.StartAsync(settings);
        using var answer = await app.Client.PostAsync("/SendDocument", new StringContent(body), Cancellation);
        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        ShouldBeAnObject(text);
        text.Should().Contain(expected);
    }

    [Fact]
    public async Task Post_wholeFileInTheBody_isNotHeld()
    {
        await using var app = await AppProcess.StartAsync(settings);
        await DropAsync("045/HZ0012345678/delivery-image/IMG_0001.jpg", SamplePictures.Photo(1));
        using (await app.Client.PostAsync("/SendDocument", new StringContent(RequestBody("blob")), Cancellation))
        {
        }

        var before = app.PeakMemory();
        const int Megabytes = 200;
        using var answer = await app.Client.PostAsync("/SendDocument", new WholeFileContent(RequestBody("blob"), Megabytes), Cancellation);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (app.PeakMemory() - before).Should().BeLessThan(Megabytes * 1024L * 1024 / 4);
    }

    [Fact]
    public async Task Terminate_whileADocumentIsSent_letsItEnd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var app = await AppProcess.StartAsync(settings);
        await DropAsync("045/HZ0012345678/delivery-image/IMG_0001.jpg", SamplePictures.Photo(1));
        simulator.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error429], Times = 1, RetryAfter = TimeSpan.FromSeconds(2) };

        var running = app.Client.PostAsync("/SendDocument", new StringContent(RequestBody("blob")), Cancellation);
        while (simulator.Network.Requests.Total == 0)
        {
            running.IsCompleted.Should().BeFalse("the document is still to be sent");
            await Task.Delay(10, Cancellation);
        }

        app.Terminate();
        using var answer = await running;

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await app.WaitForExitAsync()).Should().Be(0);
        simulator.Network.Received.Should().ContainSingle();
        (await OutboundAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Parent_gone_theAppEnds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the host's job object ends the app.");
        var port = AppProcess.FreePort();
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "\"$0\" >/dev/null 2>&1 & echo $!; wait", AppProcess.Executable])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["DocumentStorage"] = settings["DocumentStorage"],
                ["Hazchem__BaseUrl"] = settings["Hazchem__BaseUrl"],
                ["Hazchem__Depots__045__ApiKey"] = "key-of-045",
            },
        })!;
        using var app = Process.GetProcessById(int.Parse(
            (await parent.StandardOutput.ReadLineAsync(Cancellation))!, System.Globalization.CultureInfo.InvariantCulture));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await AnswersAsync(client);

        parent.Kill();

        await app.WaitForExitAsync(Cancellation);
        app.HasExited.Should().BeTrue();
    }

    [Theory]
    [InlineData("Hazchem__BaseUrl", "http://example.com/", "Hazchem__BaseUrl")]
    [InlineData("Hazchem__RequestsPerSecond", "many", "Hazchem__RequestsPerSecond")]
    [InlineData("DocumentStorage", "nonsense", "DocumentStorage")]
    [InlineData("TimeZone", "Europe/Atlantis", "TimeZone")]
    [InlineData("Inbound__PageSize", "501", "Inbound__PageSize")]
    [InlineData("Outbound__SweepConcurrency", "0", "Outbound__SweepConcurrency")]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "x", "FUNCTIONS_CUSTOMHANDLER_PORT")]
    [InlineData("DocumentStorage__accountName", "Not An Account", "DocumentStorage__accountName")]
    [InlineData("DocumentStorage__credential", "password", "DocumentStorage__credential")]
    public async Task Start_wrongSetting_endsWithOneLineThatNamesIt(string name, string value, string expected)
    {
        if (name.StartsWith("DocumentStorage__", StringComparison.Ordinal))
        {
            settings.Remove("DocumentStorage");
            settings["DocumentStorage__accountName"] = "account";
        }

        settings[name] = value;
        var (exitCode, errors) = await AppProcess.RunToEndAsync(settings);
        exitCode.Should().Be(1);
        errors.TrimEnd().Should().StartWith(expected + ":").And.NotContain("\n");
    }

    /// <summary>As captured, but for the storage account.</summary>
    private string RequestBody(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Hosting", "Requests", $"{name}.json"))
            .Replace($"/{AzuriteProcess.AccountName}/", $"/{azurite.Name}/", StringComparison.Ordinal);

    private static void ShouldBeAnObject(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        parsed.RootElement.ValueKind.Should().Be(JsonValueKind.Object);
    }

    private async Task DropAsync(string name, byte[] content)
    {
        var container = new BlobContainerClient(azurite.ConnectionString, "outbound");
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true, Cancellation);
    }

    private async Task<IReadOnlyList<string>> OutboundAsync()
    {
        var names = new List<string>();
        await foreach (var blob in new BlobContainerClient(azurite.ConnectionString, "outbound").GetBlobsAsync(cancellationToken: Cancellation))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <summary>Byte for byte as captured: chunked, with the host's headers.</summary>
    private static async Task<(int Status, string Body)> PostRawAsync(int port, string function, string body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await using var stream = client.GetStream();
        var content = Encoding.UTF8.GetBytes(body);
        var head = string.Join("\r\n",
        [
            $"POST /{function} HTTP/1.1",
            $"Host: 127.0.0.1:{port}",
            "User-Agent: Azure-Functions-Host/4.1037.0.0",
            "Content-Type: application/json; charset=utf-8",
            "traceparent: 00-e035992d5b417a8f913cadaa5437a8ee-2c34e468bb3f1864-01",
            "Transfer-Encoding: chunked",
            "X-Azure-Functions-HostVersion: 4.1037.0.0",
            $"X-Azure-Functions-InvocationId: {Guid.NewGuid()}",
            "Connection: close",
            "",
            $"{content.Length:x}",
            "",
        ]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        await stream.WriteAsync(content, Cancellation);
        await stream.WriteAsync("\r\n0\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(Cancellation);
        var status = int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), provider: System.Globalization.CultureInfo.InvariantCulture);
        var from = answer.IndexOf('{', StringComparison.Ordinal);
        return (status, from < 0 ? "" : answer[from..(answer.LastIndexOf('}') + 1)]);
    }

    private static async Task AnswersAsync(HttpClient client)
    {
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/", Cancellation);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(25, Cancellation);
            }
        }
    }

    /// <summary>A host that ignores deferred binding sends the file as base64 in Data.</summary>
    private sealed class WholeFileContent(string body, int megabytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var parsed = JsonDocument.Parse(body);
            await stream.WriteAsync("{\"Data\":{\"document\":\""u8.ToArray(), Cancellation);
            var chunk = new byte[1024 * 1024];
            Array.Fill(chunk, (byte)'A');
            for (var i = 0; i < megabytes; i++)
            {
                await stream.WriteAsync(chunk, Cancellation);
            }

            var rest = $"\"}},\"Metadata\":{parsed.RootElement.GetProperty("Metadata").GetRawText()}}}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(rest), Cancellation);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
