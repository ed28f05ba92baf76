using System.Diagnostics;
using System.Globalization;

namespace Hazchem.Benchmarks.Running;

internal static class PeakMemory
{
    /// <summary>The most memory of this process that was ever resident, in bytes.</summary>
    public static long Read() => Read(Environment.ProcessId);

    /// <summary>The same of another.</summary>
    public static long Read(int processId)
    {
        // getrusage would also count what the parent had when it forked.
        var status = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        const string peak = "VmHWM:";
        if (!File.Exists(status))
        {
            using var process = Process.GetProcessById(processId);
            return process.PeakWorkingSet64;
        }

        var line = File.ReadLines(status).First(line => line.StartsWith(peak, StringComparison.Ordinal));
        var kibibytes = line[peak.Length..].Replace("kB", string.Empty, StringComparison.Ordinal).Trim();
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
    }
}
