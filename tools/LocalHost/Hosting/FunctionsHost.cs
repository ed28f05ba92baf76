using System.Collections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hazchem.LocalHost.Hosting;

/// <summary>
/// Stands in for the Azure Functions host on one machine: starts a published app's isolated worker and has it run its
/// functions for blobs, at times and for HTTP requests, over the host's own protocol.
/// </summary>
/// <remarks>
/// Different from the host: it lists a container itself, often, so that a file is seen as promptly as through Event Grid;
/// it remembers in memory what it has seen, so that after a restart what still lies in the container is delivered again;
/// it asks for function keys only if it is given one, and that is one for all; it takes connection strings only.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly FunctionsHostOptions options;
    private readonly Dictionary<string, string> environment;
    private readonly WorkerSupervisor supervisor;
    private readonly WebApplication workers;
    private readonly Invoker invoker;
    private readonly HttpFront front;
    private readonly Dictionary<string, BlobListener> blobs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TimerListener> timers = new(StringComparer.OrdinalIgnoreCase);
    private Task listening = Task.CompletedTask;
    private int disposed;

    private FunctionsHost(FunctionsHostOptions options)
    {
        this.options = options;
        environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => options.InheritsVariable((string)variable.Key))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        foreach (var (name, value) in options.Settings)
        {
            environment[name] = value;
        }

        App = FunctionApp.Load(options.AppFolder, environment);
        environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        environment["FUNCTIONS_WORKER_DIRECTORY"] = App.Folder;
        environment["FUNCTIONS_APPLICATION_DIRECTORY"] = App.Folder;
        supervisor = new WorkerSupervisor(App, options, environment, stopping.Token);
        invoker = new Invoker(App, options, supervisor, stopping.Token);
        front = new HttpFront(App, options, invoker, (function, input) => RunAsync(function, input));

        var builder = LoopbackServer.CreateBuilder(port: 0, HttpProtocols.Http2);
        builder.Services.AddSingleton(supervisor);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        workers = builder.Build();
        workers.MapGrpcService<WorkerSupervisor>();
    }

    public FunctionApp App { get; }

    public IReadOnlyList<FunctionDefinition> Functions { get; private set; } = [];

    /// <summary>Where HTTP functions and <c>/admin</c> are.</summary>
    public Uri Address => front.Address;

    /// <summary>Null between two workers.</summary>
    public int? WorkerProcessId => supervisor.ProcessId;

    /// <summary>Completes with the reason when the host stops by itself: its worker does not run.</summary>
    public Task<string> GaveUp => supervisor.GaveUp;

    /// <summary>Returns when the worker has loaded its functions and every trigger listens.</summary>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var host = new FunctionsHost(options);
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a function with a timer or a blob trigger now and waits for its end.</summary>
    /// <param name="input">For a blob trigger the blob, as <c>container/name</c>.</param>
    public Task<InvocationOutcome> RunAsync(string functionName, string? input = null, CancellationToken cancellationToken = default) =>
        timers.TryGetValue(functionName, out var timer) ? timer.RunNowAsync(cancellationToken)
        : blobs.TryGetValue(functionName, out var blob) ? blob.RunOnceAsync(blob.Name(input), cancellationToken)
        : throw new KeyNotFoundException($"There is no function {functionName} with a timer or a blob trigger.");

    /// <summary>Kills the worker with everything in flight and starts another. It does not count as a crash of the app.</summary>
    public void KillWorker() => supervisor.Kill("asked to.");

    /// <summary>Returns when a worker is there to be called, after a kill or a crash.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => supervisor.ReadyAsync(cancellationToken);

    /// <summary>Cancels what is in flight, waits for its end for <see cref="FunctionsHostOptions.StopTimeout"/>, and ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();
        await supervisor.DisposeAsync();
        await front.DisposeAsync();
        await workers.StopAtOnceAsync();
        try
        {
            await listening;
        }
        catch (OperationCanceledException)
        {
            // That is how they end.
        }

        foreach (var timer in timers.Values)
        {
            timer.Dispose();
        }

        stopping.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await workers.StartAsync(cancellationToken);
        Functions = [.. (await supervisor.StartAsync(workers.Address(), cancellationToken)).Select(FunctionDefinition.Parse)];
        foreach (var function in Functions)
        {
            switch (function.Trigger)
            {
                case BlobTrigger trigger:
                    blobs[function.Name] = new BlobListener(App, function, trigger, Connection(trigger), options, invoker);
                    break;
                case TimerTrigger trigger:
                    timers[function.Name] = new TimerListener(function, trigger, TimeZone(), options, invoker);
                    break;
            }
        }

        await front.StartAsync(Functions, cancellationToken);
        listening = Task.WhenAll(
        [
            .. blobs.Values.Select(blob => blob.RunAsync(stopping.Token)),
            .. options.TimersEnabled ? timers.Values.Select(timer => timer.RunAsync(stopping.Token)) : [],
        ]);
    }

    private string Connection(BlobTrigger trigger) =>
        Setting($"AzureWebJobs{trigger.Connection}") ?? Setting(trigger.Connection)
        ?? throw new LocalHostException($"The setting {trigger.Connection} must be a connection string; the local host knows no other connections.");

    private TimeZoneInfo TimeZone() =>
        Setting("WEBSITE_TIME_ZONE") is { Length: > 0 } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : TimeZoneInfo.Utc;

    private string? Setting(string name) => environment.GetValueOrDefault(name);
}
