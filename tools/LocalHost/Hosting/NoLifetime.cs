namespace Hazchem.LocalHost.Hosting;

/// <summary>A web server inside a program must not take the program's signals, as the usual lifetime does.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
