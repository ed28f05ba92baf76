using System.Diagnostics;
using Grpc.Core;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>Keeps a worker running by the host's rules, and is where it connects.</summary>
internal sealed class WorkerSupervisor(
    FunctionApp app, FunctionsHostOptions options, IReadOnlyDictionary<string, string> environment, CancellationToken hostStopping)
    : FunctionRpc.FunctionRpcBase, IAsyncDisposable
{
    // The host's own figures.
    private const int RestartAskedFor = 200;
    private const int CrashesTolerated = 2;
    private static readonly TimeSpan CrashesForgottenAfter = TimeSpan.FromMinutes(30);

    private readonly Lock gate = new();
    private readonly TaskCompletionSource<string> gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Worker> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<RpcFunctionMetadata>? functions;
    private Worker? current;
    private Task running = Task.CompletedTask;
    private bool stopping;
    private int crashes;
    private long lastCrash;

    public int? ProcessId => current?.ProcessId;

    /// <summary>Completes with the reason when the host ends because its worker does not run.</summary>
    public Task<string> GaveUp => gaveUp.Task;

    /// <param name="host">Where the worker finds the host.</param>
    /// <returns>The functions, when the first worker has loaded them.</returns>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> StartAsync(Uri host, CancellationToken cancellationToken)
    {
        running = SuperviseAsync(host);
        await await Task.WhenAny(ReadyAsync(cancellationToken), running);
        return functions ?? throw new LocalHostException(await gaveUp.Task);
    }

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (await requestStream.MoveNext(context.CancellationToken)
            && current is { } worker && requestStream.Current.StartStream?.WorkerId == worker.Id)
        {
            await worker.TalkAsync(requestStream, responseStream, context.CancellationToken);
        }
    }

    /// <summary>Waits until a worker is there to be called.</summary>
    public Task<Worker> ReadyAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return ready.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Kills the worker with everything in flight and starts another, which is not held against the app.</summary>
    public void Kill(string reason)
    {
        if (current is { } worker && Retire(worker, reason))
        {
            _ = worker.KillAsync();
        }
    }

    /// <summary>Ends a worker that does not end a function, and starts another.</summary>
    public async Task RestartAsync(Worker worker, string reason)
    {
        if (Retire(worker, reason))
        {
            await worker.StopAsync(TimeSpan.Zero);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
        }

        if (current is { } last)
        {
            await last.StopAsync(options.StopTimeout);
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

    private async Task SuperviseAsync(Uri host)
    {
        while (true)
        {
            var worker = new Worker(app, Hear);
            current = worker;
            try
            {
                await worker.StartAsync(options.Launch, new WorkerStart(app, host, worker.Id, environment, Hear), hostStopping);
            }
            catch
            {
                current = null;
                throw;
            }

            Tell(HostEventKind.WorkerStarted, $"Worker started (process {worker.ProcessId}).");
            await LoadAsync(worker);
            var exitCode = await worker.Ended;
            lock (gate)
            {
                ReadyNoLonger();
                if (stopping)
                {
                    return;
                }
            }

            Tell(HostEventKind.WorkerEnded, $"The worker ended with exit code {exitCode}.");
            if (!worker.EndedByHost && exitCode != RestartAskedFor && WhyNotAgain(exitCode) is { } reason)
            {
                current = null;
                gaveUp.SetResult(reason);
                return;
            }
        }
    }

    private async Task LoadAsync(Worker worker)
    {
        try
        {
            functions = await worker.LoadAsync(functions).WaitAsync(options.StartTimeout, TimeProvider.System, hostStopping);
            Tell(HostEventKind.WorkerReady, "The worker is ready.");
            lock (gate)
            {
                if (!worker.EndedByHost)
                {
                    ready.TrySetResult(worker);
                }
            }
        }
        catch (IOException)
        {
            // It ended, and its exit code says how.
        }
        catch (TimeoutException)
        {
            Tell(HostEventKind.Trouble, $"The worker did not load its functions within {options.StartTimeout.TotalSeconds:0} seconds.");
            await worker.KillAsync();
        }
    }

    private string? WhyNotAgain(int exitCode)
    {
        if (functions is null)
        {
            return $"The worker ended with exit code {exitCode} before it had loaded its functions.";
        }

        if (exitCode == 0)
        {
            return "The worker ended as if it were done, and the Functions host starts no other then.";
        }

        crashes = Stopwatch.GetElapsedTime(lastCrash) > CrashesForgottenAfter ? 1 : crashes + 1;
        lastCrash = Stopwatch.GetTimestamp();
        return crashes > CrashesTolerated ? $"The worker ended with an error {crashes} times, so the host shuts down." : null;
    }

    private bool Retire(Worker worker, string reason)
    {
        lock (gate)
        {
            if (worker != current || worker.EndedByHost || stopping)
            {
                return false;
            }

            worker.EndedByHost = true;
            ReadyNoLonger();
        }

        Tell(HostEventKind.WorkerKilled, $"The host ends the worker: {reason}");
        return true;
    }

    private void ReadyNoLonger()
    {
        if (ready.Task.IsCompleted)
        {
            ready = new TaskCompletionSource<Worker>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>What the app logs, and what its framework warns of.</summary>
    private void Hear(RpcLog log)
    {
        if (log.Level >= (log.LogCategory == RpcLog.Types.RpcLogCategory.System ? RpcLog.Types.Level.Warning : RpcLog.Types.Level.Information))
        {
            Hear($"{log.Message} {log.Exception?.Message}".TrimEnd(), log.Level >= RpcLog.Types.Level.Warning);
        }
    }

    private void Hear(string line, bool isError) => Tell(isError ? HostEventKind.WorkerError : HostEventKind.WorkerOutput, line);

    private void Tell(HostEventKind kind, string message) => options.Observer(new HostEvent(kind, message));
}
