using System.Diagnostics;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>Runs functions in the worker.</summary>
internal sealed class Invoker(FunctionApp app, FunctionsHostOptions options, WorkerSupervisor supervisor, CancellationToken hostStopping)
{
    public const string HostVersion = "4.1037.0.0";

    /// <summary>A new, recorded trace in the form of the W3C header.</summary>
    public static string NewTrace() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

    /// <param name="request">With the function's input.</param>
    /// <param name="cancellationToken">Passed on to the function, as the host's end is. The function's own end is awaited all the same.</param>
    /// <param name="forward">
    /// Carries an HTTP request to the worker meanwhile, and returns what went wrong. Who forwards tells the outcome too.
    /// </param>
    public async Task<InvocationOutcome> InvokeAsync(
        FunctionDefinition function,
        string? subject,
        InvocationRequest request,
        CancellationToken cancellationToken,
        Func<Worker, Guid, CancellationToken, Task<string?>>? forward = null)
    {
        var id = Guid.NewGuid();
        request.InvocationId = id.ToString();
        request.FunctionId = function.Id;
        request.TraceContext ??= new RpcTraceContext { TraceParent = NewTrace() };
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hostStopping);
        var worker = await supervisor.ReadyAsync(wanted.Token);
        Tell(HostEventKind.InvocationStarted, "started");

        using var timeout = new CancellationTokenSource(app.FunctionTimeout, options.Time);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, wanted.Token);
        var forwarding = forward?.Invoke(worker, id, timeout.Token) ?? Task.FromResult<string?>(null);
        var running = worker.InvokeAsync(request, cancelled.Token);
        string? error;
        try
        {
            error = await running.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            error = $"ran into functionTimeout ({app.FunctionTimeout})";
            _ = RestartAsync();
        }
        catch (IOException e)
        {
            error = e.Message;
        }

        var notForwarded = await forwarding;
        error ??= notForwarded;
        Tell(error is null ? HostEventKind.InvocationSucceeded : HostEventKind.InvocationFailed, error ?? "succeeded");
        return new InvocationOutcome(id, error);

        // A function that heeds its cancellation keeps the worker.
        async Task RestartAsync()
        {
            await Task.WhenAny(running, Task.Delay(options.KillDelay, options.Time));
            if (!running.IsCompleted)
            {
                await supervisor.RestartAsync(worker, $"{function.Name} ran into functionTimeout.");
            }
        }

        void Tell(HostEventKind kind, string message)
        {
            if (forward is null)
            {
                options.Observer(new HostEvent(kind, message, function.Name, subject, id));
            }
        }
    }
}
