using System.Runtime.InteropServices;

namespace Hazchem.Functions.Hosting;

/// <summary>
/// Ends the app when the process that started it is gone: a Functions host that is killed leaves its handler or worker
/// behind, and two of them would then hold the port and the claims.
/// </summary>
/// <remarks>
/// On Windows the host puts the app into a job that ends with it, so there is nothing to watch. A first parent of 1
/// is legal, as in a container, and cannot be told from having been orphaned, so then there is nothing to watch either.
/// </remarks>
internal sealed partial class ParentWatch(
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ParentWatch> logger) : BackgroundService
{
    private const int Init = 1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly int? first = OperatingSystem.IsWindows() ? null : GetParentId();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (first is null or Init)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (GetParentId() != first)
                {
                    Log.ParentGone(logger);
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The app ends.
        }
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
