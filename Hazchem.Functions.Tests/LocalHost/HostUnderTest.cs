using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>The stand-in on an app folder of the test's own, with a fake handler, and what happened in it.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    /// <summary>The container of the blob trigger.</summary>
    public const string Container = "drop";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-host-");
    private readonly Channel<HostEvent> events = Channel.CreateUnbounded<HostEvent>();
    private readonly ConcurrentQueue<FakeHandler> handlers = new();

    /// <summary>Where the blob trigger's container is.</summary>
    public AzuriteAccount Account { get; private init; } = null!;

    public ConcurrentQueue<CapturedRequest> Requests { get; } = new();

    public IReadOnlyCollection<FakeHandler> Handlers => handlers;

    public FunctionsHost Host { get; private set; } = null!;

    public static async Task<HostUnderTest> StartAsync(
        Func<HttpContext, CapturedRequest, Task> answer,
        CancellationToken cancellationToken,
        string functionTimeout = "00:05:00",
        string telemetryMode = "OpenTelemetry",
        int poisonBlobThreshold = 3,
        string schedule = "0 0 0 1 1 *")
    {
        var test = new HostUnderTest { Account = await AzuriteFixture.TakeAccountAsync() };
        await test.WriteAppAsync(functionTimeout, telemetryMode, poisonBlobThreshold, schedule, cancellationToken);
        test.Host = await FunctionsHost.StartAsync(
            new FunctionsHostOptions
            {
                AppFolder = test.folder.FullName,
                Settings = new Dictionary<string, string> { ["TestDocuments"] = test.Account.ConnectionString },
                Observer = happened => test.events.Writer.TryWrite(happened),
                PollInterval = TimeSpan.FromMilliseconds(100),
                RedeliveryDelay = TimeSpan.FromMilliseconds(50),
                KillDelay = TimeSpan.FromMilliseconds(50),
                Launch = test.LaunchAsync(answer),
            },
            cancellationToken);
        return test;
    }

    /// <summary>Waits for something to happen; what came before it is passed over.</summary>
    public async Task<HostEvent> HappensAsync(HostEventKind kind, CancellationToken cancellationToken)
    {
        await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken))
        {
            if (happened.Kind == kind)
            {
                return happened;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }

    public IReadOnlyList<HostEvent> TakeEvents()
    {
        var taken = new List<HostEvent>();
        while (events.Reader.TryRead(out var happened))
        {
            taken.Add(happened);
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private Func<HandlerStart, CancellationToken, Task<IHandler>> LaunchAsync(Func<HttpContext, CapturedRequest, Task> answer) =>
        async (start, cancellationToken) =>
        {
            var handler = await FakeHandler.StartAsync(start, AnswerAsync, cancellationToken);
            handlers.Enqueue((FakeHandler)handler);
            return handler;

            async Task AnswerAsync(HttpContext context)
            {
                var request = await CapturedRequest.ReadAsync(context.Request);
                if (request is { Method: "GET", Path: "/" })
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return;
                }

                Requests.Enqueue(request);
                await answer(context, request);
            }
        };

    private async Task WriteAppAsync(
        string functionTimeout,
        string telemetryMode,
        int poisonBlobThreshold,
        string schedule,
        CancellationToken cancellationToken)
    {
        await WriteAsync("host.json", new
        {
            version = "2.0",
            functionTimeout,
            telemetryMode,
            extensions = new
            {
                blobs = new { maxDegreeOfParallelism = 4, poisonBlobThreshold },
                http = new { routePrefix = "api" },
            },
            customHandler = new
            {
                description = new { defaultExecutablePath = "handler" },
                enableForwardingHttpRequest = true,
            },
        });
        await WriteAsync("SendDocument/function.json", new
        {
            bindings = new[]
            {
                new
                {
                    type = "blobTrigger",
                    direction = "in",
                    name = "document",
                    path = $"{Container}/{{name}}",
                    connection = "TestDocuments",
                    properties = new { supportsDeferredBinding = true },
                },
            },
        });
        await WriteAsync("FetchDocuments/function.json", new
        {
            bindings = new[] { new { type = "timerTrigger", direction = "in", name = "timer", schedule } },
        });
        await WriteAsync("Portal/function.json", new
        {
            bindings = new[] { new { type = "httpTrigger", direction = "in", name = "request", route = "portal/{*path}" } },
        });

        async Task WriteAsync(string path, object json)
        {
            var file = new FileInfo(Path.Combine(folder.FullName, path));
            file.Directory!.Create();
            await File.WriteAllBytesAsync(file.FullName, JsonSerializer.SerializeToUtf8Bytes(json), cancellationToken);
        }
    }
}
