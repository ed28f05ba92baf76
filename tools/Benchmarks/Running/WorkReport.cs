namespace Hazchem.Benchmarks.Running;

/// <summary>What a worker process says of its work, as JSON on its output.</summary>
/// <param name="Refusal">Why there is no product; null where there is one.</param>
/// <param name="WallMilliseconds">One figure a repeat.</param>
/// <param name="CpuMilliseconds">One figure a repeat: user and system time of the process, all threads.</param>
/// <param name="PeakBytes">
/// The most memory that was resident from the start of the process to the end of the first repeat.
/// </param>
/// <param name="Quality">The JPEG quality that was found, where the contender seeks one.</param>
/// <param name="Pages">Pages of the product, where it counts them.</param>
internal sealed record WorkReport(
    string? Refusal,
    double[] WallMilliseconds,
    double[] CpuMilliseconds,
    long PeakBytes,
    int? Quality,
    int? Pages)
{
    /// <summary>In milliseconds, the least of the repeats: what else the machine did can only add.</summary>
    public double Wall => WallMilliseconds.DefaultIfEmpty().Min();

    /// <summary>In milliseconds, the least of the repeats.</summary>
    public double Cpu => CpuMilliseconds.DefaultIfEmpty().Min();
}
