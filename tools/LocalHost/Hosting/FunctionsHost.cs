using System.Net;

namespace Hazchem.LocalHost.Hosting;

/// <summary>
/// Stands in for the Azure Functions host on one machine: reads a published app's own files, starts its custom handler
/// and calls it for blobs, at times and for HTTP requests, with the requests that the host was seen to send.
/// </summary>
/// <remarks>
/// Different from the host: receipts of blobs are kept in memory, so that after a restart what still lies in the
/// container is delivered again; function keys are asked for only where
/// one is given, and it is one for all; and connections are connection strings only.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource listening = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly FunctionsHostOptions options;
    private readonly HttpClient client;
    private readonly HandlerSupervisor supervisor;
    private readonly HttpFront front;
    private readonly Dictionary<string, BlobListener> blobs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TimerListener> timers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Task> listeners = [];
    private int disposed;

    private FunctionsHost(FunctionsHostOptions options)
    {
        this.options = options;
        App = FunctionApp.Load(options.AppFolder, Setting);
        client = CreateClient();
        supervisor = new HandlerSupervisor(App, options, client, stopping.Token);
        var invoker = new Invoker(App, options, supervisor, client);
        foreach (var function in App.Functions)
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

        front = new HttpFront(App, options, supervisor, invoker, client, RunAsync, stopping.Token);
    }

    public FunctionApp App { get; }

    /// <summary>Where forwarded requests and <c>/admin</c> go.</summary>
    public Uri Address => front.Address;

    public int HandlerPort => supervisor.Port;

    /// <summary>Null between two handlers.</summary>
    public int? HandlerProcessId => supervisor.ProcessId;

    /// <summary>Completes with the reason when the host stops by itself: its handler kept failing.</summary>
    public Task<string> GaveUp => supervisor.GaveUp;

    /// <summary>Returns when the handler answers and every trigger listens.</summary>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var host = new FunctionsHost(options);
        try
        {
            // The port first: a taken one costs no start of the handler.
            await host.front.StartAsync(cancellationToken);
            await host.supervisor.StartAsync(cancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        host.listeners.Add(host.WatchAsync());
        host.listeners.AddRange(host.blobs.Values.Select(blob => blob.RunAsync(host.listening.Token, host.stopping.Token)));
        if (options.TimersEnabled)
        {
            host.listeners.AddRange(host.timers.Values.Select(timer => timer.RunAsync(host.listening.Token, host.stopping.Token)));
        }

        return host;
    }

    /// <summary>Runs a function now and waits for its end.</summary>
    /// <param name="input">For a blob trigger the blob, as <c>container/name</c>.</param>
    public Task<InvocationOutcome> RunAsync(string functionName, string? input = null, CancellationToken cancellationToken = default)
    {
        if (timers.TryGetValue(functionName, out var timer))
        {
            return timer.RunNowAsync(cancellationToken);
        }

        if (blobs.TryGetValue(functionName, out var blob))
        {
            var container = ((BlobTrigger)App.Functions.First(function => function.Name.Equals(functionName, StringComparison.OrdinalIgnoreCase)).Trigger).Container;
            return input is not null && input.StartsWith($"{container}/", StringComparison.Ordinal)
                ? blob.RunOnceAsync(input[(container.Length + 1)..], cancellationToken)
                : throw new ArgumentException($"{functionName} needs a blob as its input: \"{container}/<name>\".", nameof(input));
        }

        throw new ArgumentException($"{functionName} is no function with a timer or a blob trigger.", nameof(functionName));
    }

    /// <summary>
    /// Kills the handler with everything in flight, as the host does on an idle shutdown, and starts it again. It does
    /// not count towards the crashes that shut the host down.
    /// </summary>
    public void KillHandler() => supervisor.Kill("asked to.");

    /// <summary>Returns when a handler is there to be called, after a kill or a crash.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => supervisor.ReadyAsync(cancellationToken);

    /// <summary>Lets the handler finish what it has begun, within <see cref="FunctionsHostOptions.StopTimeout"/>, and ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await listening.CancelAsync();
        await supervisor.DisposeAsync();
        await stopping.CancelAsync();
        await front.DisposeAsync();
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

        client.Dispose();
        listening.Dispose();
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        var reason = await supervisor.GaveUp.WaitAsync(stopping.Token);
        options.Observer(new HostEvent(HostEventKind.HostStopped, reason));
    }

    private string Connection(FunctionDefinition function, string name)
    {
        var connection = Setting($"AzureWebJobs{name}") ?? Setting(name);
        return connection
            ?? throw new LocalHostException($"The trigger of {function.Name} needs the setting {name}, a connection string; the local host knows no other connections.");
    }

    private TimeZoneInfo TimeZone() =>
        Setting("WEBSITE_TIME_ZONE") is { Length: > 0 } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : TimeZoneInfo.Utc;

    private string? Setting(string name) =>
        options.Settings.TryGetValue(name, out var value) ? value
        : options.InheritsVariable(name) ? Environment.GetEnvironmentVariable(name)
        : null;

    private static HttpClient CreateClient() =>
        new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,

            // The host's own trace context is written by hand; this process's is nobody's business.
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
}
