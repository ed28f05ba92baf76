using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Azure.Storage.Blobs;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>The stand-in with a fake worker, and what happened in it.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-host-");
    private readonly Channel<HostEvent> events = Channel.CreateUnbounded<HostEvent>();
    private readonly ConcurrentQueue<FakeWorker> workers = new();

    /// <summary>Where the blob trigger's container is.</summary>
    public AzuriteAccount Account { get; private init; } = null!;

    public BlobContainerClient Container => new(Account.ConnectionString, FakeApp.Container);

    public ConcurrentQueue<InvocationRequest> Invocations { get; } = new();

    public IReadOnlyCollection<FakeWorker> Workers => workers;

    public FunctionsHost Host { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<HostUnderTest> StartAsync(FakeApp? app = null, Func<FunctionsHostOptions, FunctionsHostOptions>? with = null)
    {
        var test = new HostUnderTest { Account = await AzuriteFixture.TakeAccountAsync() };
        await test.Container.CreateAsync(cancellationToken: Cancellation);
        await test.WriteAsync("host.json", new
        {
            functionTimeout = "00:05:00",
            extensions = new { blobs = new { maxDegreeOfParallelism = 4, poisonBlobThreshold = 3 } },
        });
        await test.WriteAsync("worker.config.json", new { description = new { defaultExecutablePath = "dotnet", defaultWorkerPath = "app.dll" } });
        var options = new FunctionsHostOptions
        {
            AppFolder = test.folder.FullName,
            Settings = new Dictionary<string, string> { ["TestDocuments"] = test.Account.ConnectionString },
            Observer = happened => test.events.Writer.TryWrite(happened),
            PollInterval = TimeSpan.FromMilliseconds(100),
            RedeliveryDelay = TimeSpan.FromMilliseconds(50),
            KillDelay = TimeSpan.FromMilliseconds(50),
            Launch = (start, cancellationToken) => test.LaunchAsync(start, app ?? new FakeApp(), cancellationToken),
        };
        test.Host = await FunctionsHost.StartAsync(with?.Invoke(options) ?? options, Cancellation);
        return test;
    }

    /// <summary>Waits for something to happen; what came before it is passed over.</summary>
    public async Task<HostEvent> HappensAsync(HostEventKind kind)
    {
        await foreach (var happened in events.Reader.ReadAllAsync(Cancellation))
        {
            if (happened.Kind == kind)
            {
                return happened;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task<IWorkerProcess> LaunchAsync(WorkerStart start, FakeApp app, CancellationToken cancellationToken)
    {
        var worker = await FakeWorker.StartAsync(start, app with { RunAsync = RunAsync }, cancellationToken);
        workers.Enqueue(worker);
        return worker;

        Task RunAsync(InvocationRequest request, CancellationToken cancelled)
        {
            Invocations.Enqueue(request);
            return app.RunAsync(request, cancelled);
        }
    }

    private async Task WriteAsync(string file, object json) =>
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, file), JsonSerializer.SerializeToUtf8Bytes(json), Cancellation);
}
