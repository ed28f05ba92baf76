using Hazchem.Benchmarks.Contenders;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>What one contender did with one photo within one limit.</summary>
/// <param name="Wall">In milliseconds, the least of the repeats.</param>
/// <param name="Cpu">In milliseconds, the least of the repeats.</param>
/// <param name="Bytes">Of the product; null where there is none.</param>
/// <param name="Quality">JPEG's, as the contender says, or read out of the product's quantisation table.</param>
/// <param name="Similarity">SSIM with the original; null where there is no product, and for floors.</param>
internal sealed record PhotoMeasurement(
    string File,
    long Limit,
    string Contender,
    double Wall,
    double Cpu,
    long PeakBytes,
    long? Bytes,
    int? Quality,
    double? Similarity,
    string? Refusal)
{
    public bool IsOver => Bytes > Limit;

    /// <summary>More quality than this is not wanted, so the limit need not be filled.</summary>
    public bool IsCapped => Quality >= QualityBisection.Highest;
}
