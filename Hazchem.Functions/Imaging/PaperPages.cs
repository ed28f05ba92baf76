using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Reads the pages of a file as paper, each upright and at the best level of detail that is sent.</summary>
/// <param name="straighten">Whether a page that lies askew is turned straight.</param>
internal sealed class PaperPages(IPageFile file, bool straighten, CancellationToken cancellationToken)
{
    private const double A4LongSideInches = 297 / 25.4;
    private const double A4ShortSideInches = 210 / 25.4;

    /// <summary>What is longer for its width is no page but a receipt or a screen that was scrolled.</summary>
    private const double MostAspect = 1.6;

    /// <summary>A smaller page is none that somebody would send.</summary>
    private const double LeastInches = 3;

    /// <summary>As long as A2. A page that is even wider than this is sent as if it were printed at this width.</summary>
    private const double MostInches = 24;

    /// <summary>Points an inch. More is not sent of a page that has shades: it reads no better.</summary>
    private const double MostDpi = 300;

    /// <summary>Points an inch. A page coarser than this is enlarged before it is made bilevel, or its letters break up.</summary>
    private const double LeastGreyDpi = 200;

    private const double MostEnlarged = 3;

    /// <summary>
    /// Points an inch. Less is what screens and phones say of anything; the coarsest fax has 98.
    /// </summary>
    private const double LeastBelievedDpi = 97;

    /// <summary>
    /// What the last page was read into. Pages of a scan are of one size, and megabytes a page would wait long for being
    /// collected.
    /// </summary>
    private byte[]? _points;

    /// <summary>The page, which is good until the next one is read.</summary>
    /// <exception cref="VipsException">The page cannot be read.</exception>
    public PaperPage Read(int page)
    {
        using var header = file.Open(page, cancellationToken);
        var bilevel = file.Format.HasPages()
            && header.Bands == 1
            && header.Contains(PageImage.BitsField)
            && (int)header.Get(PageImage.BitsField) == 1;
        using var plain = OpenPlain(page, header);
        var (across, down) = Resolution(header, plain);
        var (wantedAcross, wantedDown) = bilevel ? (across, down) : (Wanted(across), Wanted(down));

        // What is enlarged is enlarged in grey, what is shrunk is shrunk before there is all of it.
        using var shrunk = Resize(plain, Math.Min(1, wantedAcross / across), Math.Min(1, wantedDown / down));
        var points = Luma.Read(shrunk, _points, cancellationToken);
        _points = points;
        using var read = Image.NewFromMemory(points, shrunk.Width, shrunk.Height, 1, Enums.BandFormat.Uchar);
        using var sized = Resize(read, Math.Max(1, wantedAcross / across), Math.Max(1, wantedDown / down));
        if (sized.Width != read.Width || sized.Height != read.Height)
        {
            points = Luma.Read(sized, used: null, cancellationToken);
        }

        var grey = new GreyPage(sized.Width, sized.Height, Math.Round(wantedAcross), Math.Round(wantedDown), points);
        var straight = straighten ? Straightening.Apply(grey) : grey;
        return new PaperPage(straight, bilevel, wasTurned: straight != grey);
    }

    private static Image Resize(Image image, double across, double down) =>
        Math.Abs((across - 1) * image.Width) < 1 && Math.Abs((down - 1) * image.Height) < 1
            ? image.Copy()
            : image.Resize(across, vscale: down);

    private static double Wanted(double dpi) => Math.Min(MostDpi, Math.Max(dpi, Math.Min(LeastGreyDpi, dpi * MostEnlarged)));

    /// <summary>The page upright, in 8 bits, in grey or sRGB.</summary>
    private Image OpenPlain(int page, Image header)
    {
        if (!file.Format.HasPages())
        {
            return file.OpenShrunk((int)Math.Ceiling(MostDpi * Math.Max(header.Width, header.Height) / A4Dpi(header)), cancellationToken);
        }

        // Turning needs the page in memory; otherwise it is read as it goes.
        using var stored = PageImage.IsTurned(header) ? file.Open(page, cancellationToken, Enums.Access.Random) : file.Open(page, cancellationToken);
        using var upright = stored.Autorot();
        return PageImage.ToEightBits(
            upright,
            upright.Interpretation is Enums.Interpretation.Srgb ? Enums.Interpretation.Srgb : Enums.Interpretation.Bw);
    }

    /// <summary>
    /// Points an inch across and down, as the file says, unless that would make the page smaller than a hand or no scanner
    /// would say it: then the page is taken for A4. So is a picture that would be larger than A2, since cameras say anything.
    /// </summary>
    private (double Across, double Down) Resolution(Image header, Image upright)
    {
        var swapped = PageImage.IsOnItsSide(header);
        var shrunk = Math.Max(upright.Width, upright.Height) / (double)Math.Max(header.Width, header.Height);
        var across = (swapped ? header.Yres : header.Xres) * 25.4 * shrunk;
        var down = (swapped ? header.Xres : header.Yres) * 25.4 * shrunk;
        var (width, height) = (upright.Width / across, upright.Height / down);
        if (Math.Min(header.Xres, header.Yres) * 25.4 < LeastBelievedDpi
            || Math.Max(width, height) < LeastInches
            || across / down is < 0.4 or > 2.5
            || (!file.Format.HasPages() && Math.Max(width, height) > MostInches))
        {
            var assumed = A4Dpi(upright);
            return (assumed, assumed);
        }

        var larger = Math.Max(1, Math.Min(width, height) / MostInches);
        return (across * larger, down * larger);
    }

    /// <summary>Points an inch of A4, or of something as wide that is longer.</summary>
    private static double A4Dpi(Image image)
    {
        double longSide = Math.Max(image.Width, image.Height);
        double shortSide = Math.Min(image.Width, image.Height);
        return longSide > shortSide * MostAspect ? shortSide / A4ShortSideInches : longSide / A4LongSideInches;
    }
}
