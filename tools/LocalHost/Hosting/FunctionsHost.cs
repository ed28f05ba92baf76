using System.Collections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hazchem.LocalHost.Hosting;

/// <summary>
/// Stands in for the Azure Functions host on one machine: starts a published app's isolated worker and has it run its
/// functions for blobs, at times and for HTTP requests, over the host's own protocol.
/// </summary>
/// <remarks>
/// Different from the host: a container is listed often and by itself, so that a file is seen at once, as through Event
/// Grid; what was seen is kept in memory, so that after a restart what still lies in the container is delivered again;
/// function keys are asked for only if one is given, and it is one for all; and connections are connection strings only.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly FunctionsHostOptions options;
    private readonly Dictionary<string, string> environment;
    private readonly WorkerSupervisor supervisor;
    private readonly WebApplication workers;
    private readonly Invoker invoker;
    private readonly Dictionary<string, BlobListener> blobs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TimerListener> timers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Task> listeners = [];
    private HttpFront? front;
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
        invoker = new Invoker(App, options, supervisor);

        var builder = LoopbackServer.CreateBuilder(port: 0, HttpProtocols.Http2);
        builder.Services.AddSingleton(supervisor);
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        workers = builder.Build();
        workers.MapGrpcService<WorkerService>();
    }

    public FunctionApp App { get; }

    public IReadOnlyList<FunctionDefinition> Functions { get; private set; } = [];

    /// <summary>Where HTTP functions and <c>/admin</c> are.</summary>
    public Uri Address => front!.Address;

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

    /// <summary>Runs a function now and waits for its end.</summary>
    /// <param name="input">For a blob trigger the blob, as <c>container/name</c>.</param>
    public Task<InvocationOutcome> RunAsync(string functionName, string? input = null, CancellationToken cancellationToken = default)
    {
        if (timers.TryGetValue(functionName, out var timer))
        {
            return timer.RunNowAsync(cancellationToken);
        }

        return blobs.TryGetValue(functionName, out var blob)
            ? blob.RunOnceAsync(input, cancellationToken)
            : throw new ArgumentException($"There is no function {functionName} with a timer or a blob trigger.", nameof(functionName));
    }

    /// <summary>Kills the worker with everything in flight and starts another. It does not count as a crash of the app.</summary>
    public void KillWorker() => supervisor.Kill("asked to.");

    /// <summary>Returns when a worker is there to be called, after a kill or a crash.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => supervisor.ReadyAsync(cancellationToken);

    /// <summary>
    /// Cancels what is in flight, waits for its end for <see cref="FunctionsHostOptions.StopTimeout"/> and ends the worker.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stopping.CancelAsync();
        await supervisor.DisposeAsync();
        if (front is not null)
        {
            await front.DisposeAsync();
        }

        await workers.StopAtOnceAsync();
        try
        {
            await Task.WhenAll(listeners);
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
        Functions = [.. (await supervisor.StartAsync(workers.Address(), cancellationToken)).Select(function => FunctionDefinition.Parse(function, Setting))];
        foreach (var function in Functions)
        {
            switch (function.Trigger)
            {
                case BlobTrigger trigger:
                    blobs[function.Name] = new BlobListener(App, function, trigger, Connection(function, trigger.Connection), options, invoker);
                    break;
                case TimerTrigger trigger:
                    timers[function.Name] = new TimerListener(function, trigger, TimeZone(), options, invoker);
                    break;
            }
        }

        front = new HttpFront(App, Functions, options, supervisor, invoker, RunAsync, stopping.Token);
        await front.StartAsync(cancellationToken);
        listeners.Add(WatchAsync());
        listeners.AddRange(blobs.Values.Select(blob => blob.RunAsync(stopping.Token)));
        if (options.TimersEnabled)
        {
            listeners.AddRange(timers.Values.Select(timer => timer.RunAsync(stopping.Token)));
        }
    }

    private async Task WatchAsync()
    {
        var reason = await supervisor.GaveUp.WaitAsync(stopping.Token);
        options.Observer(new HostEvent(HostEventKind.HostStopped, reason));
    }

    private string Connection(FunctionDefinition function, string name) =>
        Setting($"AzureWebJobs{name}") ?? Setting(name)
        ?? throw new LocalHostException($"The trigger of {function.Name} needs the setting {name}, a connection string; the local host knows no other connections.");

    private TimeZoneInfo TimeZone() =>
        Setting("WEBSITE_TIME_ZONE") is { Length: > 0 } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : TimeZoneInfo.Utc;

    private string? Setting(string name) => environment.GetValueOrDefault(name);
}
