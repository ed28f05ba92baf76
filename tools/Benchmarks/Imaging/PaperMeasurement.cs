using Hazchem.Benchmarks.Running;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>What became of one scan, ours and Magick.NET's.</summary>
/// <param name="Ours">Null where we refuse it; then <paramref name="Refusal"/> says why.</param>
/// <param name="Theirs">Null where Magick.NET cannot do it.</param>
/// <param name="IsPassedThrough">We send it as it came, so that costs cannot be compared.</param>
/// <param name="Recall">Null where nothing could be read.</param>
internal sealed record PaperMeasurement(
    string File,
    PaperWork? Ours,
    PaperWork? Theirs,
    bool IsPassedThrough,
    PaperRecall? Recall,
    string? Refusal);

internal sealed record PaperWork(WorkReport Report, int Pages, long Bytes)
{
    /// <summary>In milliseconds.</summary>
    public double CpuAPage => Report.Cpu / Pages;
}

/// <summary>The shares of the words that OCR reads.</summary>
/// <param name="Words">How many words there are.</param>
/// <param name="IsTextKnown">They are the text beside the file; otherwise what OCR reads on the scan itself.</param>
internal sealed record PaperRecall(int Words, bool IsTextKnown, double Original, double? Ours, double? Theirs);
