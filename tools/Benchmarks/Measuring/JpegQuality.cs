namespace Hazchem.Benchmarks.Measuring;

/// <summary>Reads out of a JPEG with what quality it was coded.</summary>
internal static class JpegQuality
{
    /// <summary>The sum of the luma table of the JPEG standard's annex K, which libjpeg's quality scales.</summary>
    private const int StandardSum = 3688;

    private const byte Quantisation = 0xDB;
    private const byte StartOfScan = 0xDA;
    private const int Steps = 64;

    /// <summary>libjpeg's quality whose luma table sums up most like the file's; null where there is none.</summary>
    public static int? Estimate(ReadOnlySpan<byte> jpeg)
    {
        for (var at = 2; at + 4 < jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] != StartOfScan;)
        {
            var length = (jpeg[at + 2] << 8) | jpeg[at + 3];
            if (jpeg[at + 1] == Quantisation && jpeg[at + 4] == 0)
            {
                var sum = 0;
                foreach (var step in jpeg.Slice(at + 5, Steps))
                {
                    sum += step;
                }

                return Enumerable.Range(1, 100).MinBy(quality => Math.Abs((Scale(quality) * StandardSum) - sum));
            }

            at += 2 + length;
        }

        return null;
    }

    private static double Scale(int quality) => (quality < 50 ? 5000.0 / quality : 200 - (2 * quality)) / 100;
}
