using System.Diagnostics;
using System.Globalization;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>Which processes a process has started, as the system knows it.</summary>
internal static class ProcessTree
{
    public static async Task<IReadOnlyList<int>> ChildrenAsync(int parent, CancellationToken cancellationToken)
    {
        var list = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("powershell", ["-NoProfile", "-Command", "Get-CimInstance Win32_Process | ForEach-Object { \"$($_.ProcessId) $($_.ParentProcessId)\" }"])
            : new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid="]);
        list.RedirectStandardOutput = true;
        using var process = Process.Start(list)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(ids => ids.Length == 2 && int.Parse(ids[1], CultureInfo.InvariantCulture) == parent)
                .Select(ids => int.Parse(ids[0], CultureInfo.InvariantCulture))
                .Where(id => id != process.Id),
        ];
    }

    /// <summary>Whether a process was started with SIGINT ignored, as what a shell's script starts in the background is. Known on Linux alone.</summary>
    public static bool IgnoresInterrupt(int processId)
    {
        const ulong interrupt = 1UL << (2 - 1);
        const string label = "SigIgn:";
        return OperatingSystem.IsLinux()
            && File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal)) is { } mask
            && (ulong.Parse(mask.AsSpan(label.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & interrupt) != 0;
    }

    public static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
