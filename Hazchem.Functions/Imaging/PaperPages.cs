using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Makes the pages of a file bilevel, at one of several levels of detail.</summary>
internal sealed class PaperPages(IPageFile file, CancellationToken cancellationToken)
{
    private const double A4LongSideInches = 297 / 25.4;

    /// <summary>Points an inch. A page coarser than this is enlarged before it is made bilevel, or its letters break up.</summary>
    private const double LeastGreyDpi = 200;

    private const double MostEnlarged = 3;

    /// <summary>
    /// Points an inch. Less is what screens and phones say of anything; the coarsest fax has 98.
    /// </summary>
    private const double LeastBelievedDpi = 97;

    /// <summary>
    /// Of a page with one limit for all of it, more ink than this is no text: a shadow or a picture went black, and what
    /// was written there is lost.
    /// </summary>
    private const double MostPlainCoverage = 0.25;

    /// <summary>Shrinking thins strokes; ink is what at least a third of a point's area was.</summary>
    private const int ShrunkInkLimit = 170;

    /// <summary>
    /// From the best to the floor of legibility, in points an inch. At 120 a text of 8 points still reads.
    /// </summary>
    private static readonly (double Dpi, bool Plain)[] GreyLevels =
    [
        (300, false), (300, true), (200, false), (200, true), (150, false), (150, true), (120, false), (120, true),
    ];

    private static readonly (double Dpi, bool Plain)[] BilevelLevels =
    [
        (double.PositiveInfinity, true), (300, true), (200, true), (150, true), (120, true),
    ];

    /// <summary>In pixels: A4 at the best level.</summary>
    private static readonly int LongestSide = (int)Math.Ceiling(A4LongSideInches * GreyLevels[0].Dpi);

    /// <summary>The page at a level, 0 the best; null where the level gives nothing for this page, or there is none.</summary>
    /// <exception cref="VipsException">The page cannot be read.</exception>
    public Group4Page? Code(int page, int level, out bool isLast)
    {
        using var header = file.Open(page, cancellationToken);
        var bilevel = file.Format.HasPages()
            && header.Bands == 1
            && header.Contains("bits-per-sample")
            && (int)header.Get("bits-per-sample") == 1;
        var levels = bilevel ? BilevelLevels : GreyLevels;
        isLast = level >= levels.Length - 1;
        if (level >= levels.Length)
        {
            return null;
        }

        var (dpi, plain) = levels[level];
        using var grey = OpenGrey(page, header);
        var (across, down) = Resolution(header, grey);
        var wanted = bilevel ? dpi : Math.Min(dpi, Math.Max(LeastGreyDpi, Math.Min(across, down)));
        var sizedAcross = Math.Min(wanted, across * (bilevel ? 1 : MostEnlarged));
        var sizedDown = Math.Min(wanted, down * (bilevel ? 1 : MostEnlarged));
        if (bilevel && level > 0 && sizedAcross >= across && sizedDown >= down)
        {
            return null;
        }

        using var sized = Math.Abs(sizedAcross - across) < 1 && Math.Abs(sizedDown - down) < 1
            ? grey.Copy()
            : grey.Resize(sizedAcross / across, vscale: sizedDown / down);
        using var decoded = PageImage.ToMemory(sized, cancellationToken);
        var points = decoded.WriteToMemory<byte>();
        cancellationToken.ThrowIfCancellationRequested();
        var bits = bilevel ? Threshold.At(points, decoded.Width, decoded.Height, level == 0 ? 128 : ShrunkInkLimit)
            : plain ? Threshold.Plain(points, decoded.Width, decoded.Height)
            : Threshold.Adaptive(points, decoded.Width, decoded.Height, Math.Min(sizedAcross, sizedDown));
        var coded = new BilevelPage(decoded.Width, decoded.Height, Math.Round(sizedAcross), Math.Round(sizedDown), bits);
        return plain && !bilevel && coded.Coverage() > MostPlainCoverage ? null : Group4Tiff.Code(coded);
    }

    private Image OpenGrey(int page, Image header)
    {
        if (!file.Format.HasPages())
        {
            using var shrunk = file.OpenShrunk(LongestSide, cancellationToken);
            return PageImage.ToEightBits(shrunk, Enums.Interpretation.Bw);
        }

        // Turning needs the page in memory; otherwise it is read as it goes.
        using var stored = PageImage.IsTurned(header) ? file.Open(page, cancellationToken, Enums.Access.Random) : file.Open(page, cancellationToken);
        using var upright = stored.Autorot();
        return PageImage.ToEightBits(upright, Enums.Interpretation.Bw);
    }

    /// <summary>
    /// Points an inch across and down, as the file says, unless that would make the page smaller than a hand or larger than
    /// A2, or no scanner would say it: then the page is taken for A4.
    /// </summary>
    private static (double Across, double Down) Resolution(Image header, Image upright)
    {
        var swapped = (int)(header.Contains("orientation") ? header.Get("orientation") : 1) >= 5;
        var shrunk = Math.Max(upright.Width, upright.Height) / (double)Math.Max(header.Width, header.Height);
        var across = (swapped ? header.Yres : header.Xres) * 25.4 * shrunk;
        var down = (swapped ? header.Xres : header.Yres) * 25.4 * shrunk;
        var longSide = Math.Max(upright.Width / across, upright.Height / down);
        if (Math.Min(header.Xres, header.Yres) * 25.4 >= LeastBelievedDpi
            && longSide is >= 3 and <= 24
            && across / down is >= 0.4 and <= 2.5)
        {
            return (across, down);
        }

        var assumed = Math.Max(upright.Width, upright.Height) / A4LongSideInches;
        return (assumed, assumed);
    }
}
