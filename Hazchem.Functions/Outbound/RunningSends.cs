namespace Hazchem.Functions.Outbound;

/// <summary>Holds the app's end until the sends in flight have recorded what became of them: the worker itself does not wait.</summary>
internal sealed class RunningSends(IHostApplicationLifetime? lifetime = null) : IHostedService
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int running;
    private bool stopping;

    /// <param name="send">Is told when the host cancels or the app ends.</param>
    /// <param name="cancellationToken">The host's.</param>
    public async Task RunAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime?.ApplicationStopping ?? default);
        lock (gate)
        {
            running++;
        }

        try
        {
            await send(either.Token);
        }
        finally
        {
            lock (gate)
            {
                if (--running == 0 && stopping)
                {
                    none.TrySetResult();
                }
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            stopping = true;
            return running == 0 ? Task.CompletedTask : none.Task.WaitAsync(cancellationToken);
        }
    }
}
