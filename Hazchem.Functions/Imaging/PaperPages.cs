using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Reads the pages of a file as paper, each upright and at the best level of detail that is sent.</summary>
/// <param name="straighten">Whether a page that lies askew is turned straight.</param>
internal sealed class PaperPages(IPageFile file, bool straighten, CancellationToken cancellationToken)
{
    /// <summary>Points an inch. More is not sent of a page that has shades: it reads no better.</summary>
    private const double MostDpi = 300;

    /// <summary>Points an inch. A page coarser than this is enlarged before it is made bilevel, or its letters break up.</summary>
    private const double LeastGreyDpi = 200;

    private const double MostEnlarged = 3;

    /// <summary>
    /// Points. A page is not enlarged beyond this, which is more than A2 at 200 dpi: a strip a thousand times as long as
    /// wide would become nine times the points that are allowed.
    /// </summary>
    private const double MostEnlargedPoints = 40_000_000;

    /// <summary>
    /// What the last page was read into. Pages of a scan are of one size, and megabytes a page would wait long for being
    /// collected.
    /// </summary>
    private byte[]? _points;

    /// <summary>The page that was read last, or could not be read; from 0.</summary>
    public int LastRead { get; private set; }

    /// <summary>The page, which is good until the next one is read.</summary>
    /// <exception cref="VipsException">The page cannot be read.</exception>
    public PaperPage Read(int page)
    {
        LastRead = page;
        using var header = file.Open(page, cancellationToken);
        var bilevel = file.Format.HasPages()
            && header.Bands == 1
            && header.Contains(PageImage.BitsField)
            && (int)header.Get(PageImage.BitsField) == 1;
        var size = PageSize.Of(header, file.Format);
        using var plain = OpenPlain(page, header, size);
        var (across, down) = (plain.Width / size.WidthInches, plain.Height / size.HeightInches);
        var mostEnlarged = MostTimes(plain.Width, plain.Height);
        var (wantedAcross, wantedDown) = bilevel ? (across, down) : (Wanted(across, mostEnlarged), Wanted(down, mostEnlarged));

        // What is enlarged is enlarged in grey, what is shrunk is shrunk before there is all of it.
        using var shrunk = Shrink(plain, Math.Min(1, wantedAcross / across), Math.Min(1, wantedDown / down));
        var (width, height) = (shrunk.Width, shrunk.Height);
        var points = Luma.Read(shrunk, _points, cancellationToken);
        _points = points;
        var (wide, high) = (Enlarged(width, wantedAcross / across), Enlarged(height, wantedDown / down));
        if (wide > width || high > height)
        {
            points = new byte[wide * high];
            Resampling.Apply(_points, width, height, points, wide, high);
        }

        var grey = new GreyPage(wide, high, Math.Round(wantedAcross), Math.Round(wantedDown), points);
        var straight = straighten ? Straightening.Apply(grey) : grey;
        return new PaperPage(straight, bilevel, wasTurned: straight != grey, cancellationToken);
    }

    /// <summary>How many points more a page with shades has once it is enlarged; 0 for one that is not.</summary>
    /// <param name="size">Of the page as it is stored.</param>
    public static long AddedPoints(PageSize size, int width, int height)
    {
        var (across, down) = (width / size.WidthInches, height / size.HeightInches);
        var most = MostTimes(width, height);
        var (wide, high) = (Enlarged(width, Wanted(across, most) / across), Enlarged(height, Wanted(down, most) / down));
        return ((long)wide * high) - ((long)width * height);
    }

    private static double MostTimes(int width, int height) =>
        Math.Clamp(Math.Sqrt(MostEnlargedPoints / ((double)width * height)), 1, MostEnlarged);

    private static Image Shrink(Image image, double across, double down) =>
        Math.Abs((across - 1) * image.Width) < 1 && Math.Abs((down - 1) * image.Height) < 1
            ? image.Copy()
            : image.Resize(across, vscale: down);

    private static int Enlarged(int length, double times) => (times - 1) * length < 1 ? length : (int)Math.Round(length * times);

    private static double Wanted(double dpi, double mostEnlarged) =>
        Math.Min(MostDpi, Math.Max(dpi, Math.Min(LeastGreyDpi, dpi * mostEnlarged)));

    /// <summary>The page upright, in 8 bits, in grey or sRGB.</summary>
    private Image OpenPlain(int page, Image header, PageSize size)
    {
        if (!file.Format.HasPages())
        {
            var inches = Math.Min(size.LongSideInches, PageSize.Assume(header.Width, header.Height).LongSideInches);
            return file.OpenShrunk((int)Math.Ceiling(MostDpi * inches), cancellationToken);
        }

        // Turning needs the page in memory; otherwise it is read as it goes.
        using var stored = PageImage.IsTurned(header) ? file.Open(page, cancellationToken, Enums.Access.Random) : file.Open(page, cancellationToken);
        using var upright = stored.Autorot();
        return PageImage.ToEightBits(
            upright,
            upright.Interpretation is Enums.Interpretation.Srgb ? Enums.Interpretation.Srgb : Enums.Interpretation.Bw);
    }
}
