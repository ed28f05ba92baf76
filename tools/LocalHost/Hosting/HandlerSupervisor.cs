using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hazchem.LocalHost.Hosting;

/// <summary>Keeps the handler running by the host's rules, on one port for as long as the host lives.</summary>
internal sealed class HandlerSupervisor(
    FunctionApp app,
    FunctionsHostOptions options,
    HttpClient client,
    CancellationToken hostStopping) : IAsyncDisposable
{
    // The host's own figures.
    private const int RestartAskedFor = 200;
    private const int CrashesTolerated = 2;
    private static readonly TimeSpan CrashWindow = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ReadinessInterval = TimeSpan.FromMilliseconds(25);

    private readonly Lock gate = new();
    private readonly Queue<long> crashes = new();
    private readonly TaskCompletionSource<string> gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<IHandler> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IHandler? current;
    private IHandler? killedByHost;
    private Task running = Task.CompletedTask;
    private bool stopping;

    public int Port { get; } = FreePort();

    public int? ProcessId
    {
        get
        {
            lock (gate)
            {
                return current?.ProcessId;
            }
        }
    }

    /// <summary>Completes with the reason when the host shuts down because its handler keeps failing.</summary>
    public Task<string> GaveUp => gaveUp.Task;

    /// <summary>Returns when the handler first answers, and throws when it never does.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        running = SuperviseAsync();
        var started = await Task.WhenAny(ReadyAsync(cancellationToken), running);
        await started;
        if (gaveUp.Task.IsCompleted)
        {
            throw new LocalHostException(await gaveUp.Task);
        }
    }

    /// <summary>Waits until a handler is there to be called; between two of them calls wait.</summary>
    public Task<IHandler> ReadyAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ready.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Kills the handler as the host does on a timeout or an idle shutdown, which is not held against it.</summary>
    /// <param name="only">Kills nothing when another one runs by now.</param>
    public void Kill(string reason, IHandler? only = null)
    {
        lock (gate)
        {
            if (current is null || stopping || current == killedByHost || (only is not null && current != only))
            {
                return;
            }

            killedByHost = current;
            if (ready.Task.IsCompleted)
            {
                ready = new TaskCompletionSource<IHandler>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            options.Observer(new HostEvent(HostEventKind.HandlerKilled, $"The host kills the handler: {reason}"));
            current.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        IHandler? last;
        lock (gate)
        {
            stopping = true;
            last = current;
        }

        if (last is not null)
        {
            last.RequestStop();
            try
            {
                await last.Ended.WaitAsync(options.StopTimeout, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                last.Kill();
                await last.Ended;
            }
        }

        try
        {
            await running;
        }
        catch (Exception e) when (e is LocalHostException or OperationCanceledException)
        {
            // The start told its caller already.
        }
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            var handler = await LaunchAsync();
            if (handler is null)
            {
                return;
            }

            await AwaitReadinessAsync(handler);
            var exitCode = await handler.Ended;

            bool wasKilled;
            lock (gate)
            {
                current = null;
                wasKilled = handler == killedByHost;
                if (ready.Task.IsCompleted)
                {
                    ready = new TaskCompletionSource<IHandler>(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                if (stopping)
                {
                    return;
                }
            }

            options.Observer(new HostEvent(HostEventKind.HandlerEnded, $"The handler ended with exit code {exitCode}."));
            if (wasKilled || exitCode == RestartAskedFor)
            {
                continue;
            }

            if (exitCode == 0)
            {
                // The host takes this for intended, starts none again and goes on calling a port where nobody listens.
                options.Observer(new HostEvent(HostEventKind.Trouble, "The handler ended with exit code 0, so the host does not start it again."));
                lock (gate)
                {
                    ready.TrySetResult(handler);
                }

                return;
            }

            if (CountCrash() > CrashesTolerated)
            {
                gaveUp.TrySetResult(
                    $"The handler ended with an error {crashes.Count} times within {CrashWindow.TotalMinutes:0} minutes, so the host shuts down.");
                return;
            }
        }
    }

    private async Task<IHandler?> LaunchAsync()
    {
        var settings = new Dictionary<string, string>(options.Settings)
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["FUNCTIONS_HTTPWORKER_PORT"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        var handler = await options.Launch(new HandlerStart(app, Port, settings, options.InheritsVariable, Hear), hostStopping);
        lock (gate)
        {
            if (!stopping)
            {
                current = handler;
                killedByHost = null;
            }
        }

        if (current != handler)
        {
            handler.Kill();
            await handler.Ended;
            return null;
        }

        options.Observer(new HostEvent(
            HostEventKind.HandlerStarted,
            $"Handler {Path.GetFileName(app.ExecutablePath)} started (process {handler.ProcessId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "of the host"}, port {Port})."));
        return handler;
    }

    private async Task AwaitReadinessAsync(IHandler handler)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!handler.Ended.IsCompleted && !hostStopping.IsCancellationRequested)
        {
            if (Stopwatch.GetElapsedTime(begun) > options.StartTimeout)
            {
                options.Observer(new HostEvent(
                    HostEventKind.Trouble,
                    $"The handler answered nothing on port {Port} within {options.StartTimeout.TotalSeconds:0} seconds."));
                handler.Kill();
                return;
            }

            if (await AnswersAsync())
            {
                lock (gate)
                {
                    if (handler != killedByHost)
                    {
                        ready.TrySetResult(handler);
                    }
                }

                options.Observer(new HostEvent(HostEventKind.HandlerReady, "The handler is ready."));
                return;
            }

            await Task.WhenAny(handler.Ended, Task.Delay(ReadinessInterval, TimeProvider.System));
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Port}/");
        if (app.SendsTraceParent)
        {
            request.Headers.TryAddWithoutValidation("traceparent", TraceParent.Create());
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(hostStopping);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private int CountCrash()
    {
        crashes.Enqueue(Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(crashes.Peek()) > CrashWindow)
        {
            crashes.Dequeue();
        }

        return crashes.Count;
    }

    private void Hear(string line, bool isError) =>
        options.Observer(new HostEvent(isError ? HostEventKind.HandlerError : HostEventKind.HandlerOutput, line));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
