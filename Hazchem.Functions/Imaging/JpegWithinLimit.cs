using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Codes a picture as JPEG so that it fills a limit and never passes it.
/// </summary>
/// <remarks>
/// <code>
/// 1. Code a sample of the picture, every fourth strip of it, to learn which quality fits: in plain until that is nearly
///    known, then as it will be sent. A sample tells the bytes of the whole to within 2 %, for a quarter of the work.
/// 2. If that quality would be too low, make the picture smaller first, by as much as the sample says, and begin again:
///    a clean coding of fewer points looks better than a coarse one of more. Bytes go as length^1.75.
/// 3. Code the whole; correct the guess by what came out, which is then exact to a few thousandths, until the limit is
///    nearly full. In most cases the first is the last.
/// 4. If the lowest quality does not fit after all, make the picture smaller again, down to the floor.
/// </code>
/// The figures were measured on photos of 1 to 13 megapixels; docs/imaging.md has what else was tried.
/// </remarks>
internal static class JpegWithinLimit
{
    /// <summary>Pixels. Under this length of the long side a picture of goods or a paper says too little to be sent.</summary>
    public const int FloorLongSide = 600;

    /// <summary>Over this a JPEG only keeps the noise.</summary>
    private const int HighestQuality = 95;

    private const double BitsPerPoint = 0.605;

    /// <summary>Of the useful length: what is as good as that if nothing needs to be resized.</summary>
    private const double LeastOfUseful = 0.90;
    private const double MostOfUseful = 1.05;

    /// <summary>Pixels. Not every viewer shows more.</summary>
    public const int LongestSide = 8192;

    /// <summary>How far above the lowest quality a picture is made smaller, so that it is done once.</summary>
    private const int QualityInHand = 3;

    /// <summary>Where the search begins: the middle of what photos end at.</summary>
    private const int FirstQuality = 60;

    /// <summary>Bytes go as (libjpeg's scale factor of a quality)^-0.62.</summary>
    private const double QualityExponent = 0.62;
    private const double LengthExponent = 1.75;

    /// <summary>Bytes of a baseline coding with the usual tables, by those of what is sent: photos have 1.03 to 1.3.</summary>
    private const double PlainShare = 1.07;

    /// <summary>Full enough to stop; one step of quality is 1 to 6 % of the bytes.</summary>
    private const double Full = 0.95;
    private const double Aim = 0.975;

    /// <summary>
    /// The length of the long side, in pixels, over which a limit is better spent on quality: 0.6 bits a point, which is
    /// 2,300 pixels for a picture of 4 to 3 in 300,000 bytes. Where the picture itself, or a half, a quarter or an eighth of
    /// it, is nearly as long, that is taken: the decoder of JPEGs gives it for less work than the whole, and resizing by a
    /// little only makes a picture softer.
    /// </summary>
    public static int UsefulLongSide(int width, int height, long maxBytes)
    {
        var longSide = Math.Max(width, height);
        var useful = Math.Clamp(Math.Sqrt(maxBytes * 8 / BitsPerPoint * longSide / Math.Min(width, height)), FloorLongSide, LongestSide);
        for (var shrink = 1; shrink <= VipsFile.MostShrinkOfJpeg; shrink *= 2)
        {
            var length = longSide / shrink;
            if (length >= Math.Max(FloorLongSide, useful * LeastOfUseful) && length <= Math.Min(LongestSide, useful * MostOfUseful))
            {
                return length;
            }
        }

        return (int)useful;
    }

    /// <param name="picture">Grey or sRGB, 8 bits, in memory.</param>
    /// <returns>The JPEG, or null if the picture cannot be held within the limit above the floor.</returns>
    public static byte[]? Code(Image picture, long maxBytes, CancellationToken cancellationToken)
    {
        var smallest = Math.Min(1.0, FloorLongSide / (double)Math.Max(picture.Width, picture.Height));
        var scale = 1.0;
        while (true)
        {
            using var resized = scale < 1 ? picture.Resize(scale) : null;
            using var sized = resized is null ? picture.Copy() : PageImage.ToMemory(resized, cancellationToken);

            // 1
            var forecast = Forecast(sized, maxBytes, cancellationToken);
            var lowest = LowestQuality(sized);

            // 2
            if (scale > smallest && forecast.BytesAt(lowest) > maxBytes)
            {
                var ratio = maxBytes * Aim / forecast.BytesAt(lowest + QualityInHand);
                scale = Math.Max(smallest, scale * Math.Min(0.97, Math.Pow(ratio, 1 / LengthExponent)));
                continue;
            }

            // 3
            if (Search(sized, forecast, lowest, maxBytes, cancellationToken) is { } jpeg)
            {
                return jpeg;
            }

            // 4
            if (scale <= smallest)
            {
                return null;
            }

            scale = Math.Max(smallest, scale * 0.95);
        }
    }

    /// <summary>
    /// The more points, the coarser each may be coded: 24 from 2,000 pixels on, where noisy photos look best within a tight
    /// limit, and 45 near the floor, where each point counts.
    /// </summary>
    private static int LowestQuality(Image picture) => Math.Clamp(48_000 / Math.Max(picture.Width, picture.Height), 24, 45);

    private static Curve Forecast(Image picture, long maxBytes, CancellationToken cancellationToken)
    {
        using var sample = JpegSample.Of(picture);
        Curve Measure(int quality, bool inPlain) => new(
            quality, sample.Expect(Save(sample.Image, quality, inPlain, cancellationToken).Length), QualityExponent);

        // In plain it has 3 to 30 % more bytes, which is near enough for a first guess.
        var lowest = LowestQuality(picture);
        var plain = Measure(FirstQuality, inPlain: true);
        int Guess() => Math.Max(plain.QualityFor(maxBytes * Aim * PlainShare), lowest);
        if (Math.Abs(Guess() - FirstQuality) > 2)
        {
            plain = plain.Through(Measure(Guess(), inPlain: true));
        }

        return Measure(Guess(), inPlain: false) with { Exponent = plain.Exponent };
    }

    private static byte[]? Search(Image picture, Curve curve, int lowest, long maxBytes, CancellationToken cancellationToken)
    {
        byte[]? best = null;
        var fits = lowest - 1;
        var over = HighestQuality + 1;
        while (fits + 1 < over)
        {
            var quality = Math.Clamp(curve.QualityFor(maxBytes * Aim), fits + 1, over - 1);
            if (best is not null && curve.BytesAt(quality) > maxBytes)
            {
                // One step more would pass the limit, by a forecast that is exact by now.
                return best;
            }

            var jpeg = Save(picture, quality, inPlain: false, cancellationToken);
            if (jpeg.Length > maxBytes)
            {
                over = quality;
            }
            else
            {
                best = jpeg;
                fits = quality;
                if (jpeg.Length >= maxBytes * Full)
                {
                    return best;
                }
            }

            curve = curve.Corrected(quality, jpeg.Length);
        }

        return best;
    }

    /// <summary>Progressive coding takes a thirtieth fewer bytes than a baseline one of the same points.</summary>
    /// <param name="inPlain">Whether it is only for its length: it then takes a fifth of the time.</param>
    private static byte[] Save(Image picture, int quality, bool inPlain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return picture.JpegsaveBuffer(
            q: quality,
            optimizeCoding: !inPlain,
            interlace: !inPlain,
            subsampleMode: Enums.ForeignSubsample.On,
            keep: Enums.ForeignKeep.None);
    }

    /// <summary>How many bytes a picture has at a quality, by one point of the curve and its slope.</summary>
    private readonly record struct Curve(int Quality, double Bytes, double Exponent)
    {
        public double BytesAt(int quality) => Bytes * Math.Pow(ScaleFactor(quality) / ScaleFactor(Quality), -Exponent);

        public int QualityFor(double bytes)
        {
            var factor = ScaleFactor(Quality) * Math.Pow(Bytes / bytes, 1 / Exponent);
            return (int)Math.Clamp(factor > 1 ? 50 / factor : 50 * (2 - factor), 1, HighestQuality);
        }

        public Curve Through(Curve other) => other.Quality == Quality ? other : other with
        {
            Exponent = Math.Clamp(
                Math.Log(Bytes / other.Bytes) / Math.Log(ScaleFactor(other.Quality) / ScaleFactor(Quality)), 0.3, 1.5),
        };

        /// <summary>The same slope, moved to a point that was measured.</summary>
        public Curve Corrected(int quality, double bytes) => new(quality, bytes, Exponent);

        /// <summary>By how much libjpeg multiplies its quantisation tables at a quality.</summary>
        private static double ScaleFactor(int quality) => quality < 50 ? 50.0 / quality : 2 - (quality / 50.0);
    }
}
