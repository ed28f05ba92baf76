namespace Hazchem.Simulator;

/// <summary>The simulator is a guest in its process, which keeps its own way with Ctrl+C and signals.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
