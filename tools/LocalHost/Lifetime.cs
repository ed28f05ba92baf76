using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hazchem.LocalHost;

/// <summary>When this program has to end: a signal, or the end of the <c>dotnet run</c> that started it.</summary>
internal sealed class Lifetime : IDisposable
{
    private static readonly TimeSpan ParentInterval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource ended = new();
    private readonly List<PosixSignalRegistration> registrations;

    public Lifetime()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
        ];
        _ = WatchParentAsync();
    }

    public CancellationToken Ended => ended.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        ended.Cancel();
        ended.Dispose();
    }

    // The second signal is not held back: whoever presses Ctrl+C twice does not want to wait.
    private void End(PosixSignalContext signal)
    {
        signal.Cancel = !ended.IsCancellationRequested;
        ended.Cancel();
    }

    /// <summary>
    /// A killed <c>dotnet run</c> cannot pass the signal on. Other parents, a shell above all, may well end first. On
    /// Windows <c>dotnet run</c> holds its child in a job object and needs no help.
    /// </summary>
    private async Task WatchParentAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var parent = ParentProcessId();
        if (!IsDotnet(parent))
        {
            return;
        }

        using var timer = new PeriodicTimer(ParentInterval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                if (ParentProcessId() != parent)
                {
                    await ended.CancelAsync();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The program ends.
        }
    }

    private static bool IsDotnet(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ParentProcessId();
}
