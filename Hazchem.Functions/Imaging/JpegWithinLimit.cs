using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Codes a picture as JPEG so that it fills a limit and never passes it.
/// </summary>
/// <remarks>
/// <code>
/// 1. Code once at quality 70, quickly, to learn how much detail the picture has.
/// 2. From that, guess the quality that fits: bytes go as (the quality's scale factor)^-0.62.
/// 3. If it would be under 50, make the picture smaller first, for a quality of 58: bytes go as length^1.75, and
///    between 45 and 70 a sharper coding of fewer points looks better than a coarse one of more.
/// 4. Code, and correct the guess by what came out, until the limit is nearly full.
/// 5. If even the lowest quality does not fit, make it smaller again from 3, down to the floor.
/// </code>
/// The figures were measured on photos of 6 to 48 megapixels.
/// </remarks>
internal static class JpegWithinLimit
{
    /// <summary>Pixels. Under this length of the long side a picture of goods or a paper says too little to be sent.</summary>
    public const int FloorLongSide = 600;

    private const int ProbeQuality = 70;
    private const int HighestQuality = 92;
    private const int WantedQuality = 58;
    private const int LowestQuality = 50;

    /// <summary>Only at <see cref="FloorLongSide"/>, where there is nothing else left to give.</summary>
    private const int FloorQuality = 45;

    private const double QualityExponent = 0.62;
    private const double LengthExponent = 1.75;

    /// <summary>What optimised Huffman tables leave of the probe's bytes.</summary>
    private const double OptimisedShare = 0.93;

    private const double Aim = 0.975;
    private const double FullEnough = 0.95;

    /// <summary>The length of the long side, in pixels, over which a limit is better spent on quality.</summary>
    public static int UsefulLongSide(long maxBytes) =>
        (int)Math.Clamp(2600 * Math.Pow(maxBytes / 300_000.0, 0.3775), FloorLongSide, 8192);

    /// <param name="picture">Grey or sRGB, 8 bits, in memory.</param>
    /// <returns>The JPEG, or null if the picture cannot be held within the limit above the floor.</returns>
    public static byte[]? Code(Image picture, long maxBytes, CancellationToken cancellationToken)
    {
        // 1
        var bytesAtProbe = Save(picture, ProbeQuality, optimise: false, cancellationToken).Length * OptimisedShare;
        var smallest = Math.Min(1.0, FloorLongSide / (double)Math.Max(picture.Width, picture.Height));
        var scale = 1.0;
        while (true)
        {
            // 2 and 3
            var expected = bytesAtProbe * Math.Pow(scale, LengthExponent);
            if (expected * BytesRelativeToProbe(LowestQuality) > maxBytes * Aim)
            {
                var ratio = maxBytes * Aim / (expected * BytesRelativeToProbe(WantedQuality));
                scale = Math.Max(smallest, scale * Math.Pow(ratio, 1 / LengthExponent));
                expected = bytesAtProbe * Math.Pow(scale, LengthExponent);
            }

            // 4
            var lowest = scale <= smallest ? FloorQuality : LowestQuality;
            var (jpeg, bytesAtLowest) = Search(picture, scale, expected, lowest, maxBytes, cancellationToken);
            if (jpeg is not null || scale <= smallest)
            {
                return jpeg;
            }

            // 5
            bytesAtProbe = bytesAtLowest / BytesRelativeToProbe(lowest) / Math.Pow(scale, LengthExponent);
            scale = Math.Max(smallest, scale * 0.95);
        }
    }

    private static (byte[]? Jpeg, double BytesAtLowest) Search(
        Image picture,
        double scale,
        double bytesAtProbe,
        int lowest,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        using var resized = scale < 1 ? picture.Resize(scale) : null;
        using var sized = resized is null ? null : PageImage.ToMemory(resized, cancellationToken);
        var exponent = QualityExponent;
        (double Scale, double Bytes) known = (ScaleFactor(ProbeQuality), bytesAtProbe);
        var measured = false;
        byte[]? best = null;
        var fits = lowest - 1;
        var over = HighestQuality + 1;
        while (true)
        {
            var factor = known.Scale * Math.Pow(known.Bytes / (maxBytes * Aim), 1 / exponent);
            var quality = Math.Clamp(QualityOf(factor), fits + 1, over - 1);
            var jpeg = Save(sized ?? picture, quality, optimise: true, cancellationToken);
            if (jpeg.Length <= maxBytes)
            {
                best = jpeg;
                fits = quality;
            }
            else
            {
                over = quality;
            }

            if (fits + 1 >= over || jpeg.Length <= maxBytes && jpeg.Length >= maxBytes * FullEnough)
            {
                return (best, jpeg.Length);
            }

            (double Scale, double Bytes) point = (ScaleFactor(quality), jpeg.Length);
            if (measured)
            {
                exponent = Math.Clamp(Math.Log(known.Bytes / point.Bytes) / Math.Log(point.Scale / known.Scale), 0.3, 1.5);
            }

            known = point;
            measured = true;
        }
    }

    /// <summary>By how much libjpeg multiplies its quantisation tables at a quality.</summary>
    private static double ScaleFactor(int quality) => quality < 50 ? 50.0 / quality : 2 - (quality / 50.0);

    private static int QualityOf(double scaleFactor) =>
        (int)Math.Clamp(scaleFactor > 1 ? 50 / scaleFactor : 50 * (2 - scaleFactor), 1, 100);

    private static double BytesRelativeToProbe(int quality) =>
        Math.Pow(ScaleFactor(quality) / ScaleFactor(ProbeQuality), -QualityExponent);

    private static byte[] Save(Image picture, int quality, bool optimise, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return picture.JpegsaveBuffer(
            q: quality,
            optimizeCoding: optimise,
            subsampleMode: Enums.ForeignSubsample.On,
            keep: Enums.ForeignKeep.None);
    }
}
