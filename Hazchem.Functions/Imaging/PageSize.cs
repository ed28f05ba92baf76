using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>How large a page is on paper, when it is upright.</summary>
/// <param name="IsKnown">
/// Whether the file says it believably; otherwise the page was taken for A4, or for as wide as a page can be.
/// </param>
internal sealed record PageSize(double WidthMillimetres, double HeightMillimetres, bool IsKnown)
{
    public const double MillimetresPerInch = 25.4;
    private const double A4LongSide = 297;
    private const double A4ShortSide = 210;

    /// <summary>What is longer for its width is no page but a receipt or a screen that was scrolled.</summary>
    private const double MostAspect = 1.6;

    /// <summary>Millimetres. A smaller page is none that somebody would send.</summary>
    private const double Shortest = 3 * MillimetresPerInch;

    /// <summary>Millimetres, as long as A2. A page that is even wider than this is taken to be printed at this width.</summary>
    private const double Widest = 24 * MillimetresPerInch;

    /// <summary>Points a millimetre, 97 an inch. Less is what screens and phones say of anything; the coarsest fax has 98.</summary>
    private const double LeastBelieved = 97 / MillimetresPerInch;

    private const double MostUnequal = 2.5;

    public double WidthInches => WidthMillimetres / MillimetresPerInch;

    public double HeightInches => HeightMillimetres / MillimetresPerInch;

    public double LongSideInches => Math.Max(WidthInches, HeightInches);

    /// <summary>
    /// As the file says, unless that would make the page smaller than a hand or no scanner would say it: then it is taken
    /// for A4, or where it is longer for something as wide. So is a picture that would be larger than A2, since cameras say
    /// anything.
    /// </summary>
    /// <param name="page">As it is stored, upright or not.</param>
    /// <param name="format">Of its file.</param>
    public static PageSize Of(Image page, PictureFormat format)
    {
        var size = Of(page.Width, page.Height, page.Xres, page.Yres, format);
        return PageImage.IsOnItsSide(page) ? new PageSize(size.HeightMillimetres, size.WidthMillimetres, size.IsKnown) : size;
    }

    /// <summary>The same of a page that is not open, as it is stored.</summary>
    /// <param name="across">Points a millimetre.</param>
    /// <param name="down">Points a millimetre.</param>
    public static PageSize Of(int width, int height, double across, double down, PictureFormat format)
    {
        var said = Of(width / across, height / down, format);
        return said is not null && Math.Min(across, down) >= LeastBelieved && across / down is >= 1 / MostUnequal and <= MostUnequal
            ? said
            : Assume(width, height);
    }

    /// <summary>Of a page whose file says how large it is, upright, in inches.</summary>
    public static PageSize OfInches(double width, double height, PictureFormat format) =>
        Of(width * MillimetresPerInch, height * MillimetresPerInch, format) ?? Assume(width, height);

    /// <summary>A4, or as wide as that and longer, of any two lengths.</summary>
    public static PageSize Assume(double width, double height)
    {
        var longSide = Math.Max(width, height);
        var shortSide = Math.Min(width, height);
        var millimetres = longSide > shortSide * MostAspect ? A4ShortSide / shortSide : A4LongSide / longSide;
        return new PageSize(width * millimetres, height * millimetres, IsKnown: false);
    }

    /// <returns>Null where it is not believed.</returns>
    private static PageSize? Of(double width, double height, PictureFormat format)
    {
        var longSide = Math.Max(width, height);
        if (!(longSide >= Shortest) || (!format.HasPages() && longSide > Widest))
        {
            return null;
        }

        var smaller = Math.Min(1, Widest / Math.Min(width, height));
        return new PageSize(width * smaller, height * smaller, IsKnown: smaller == 1);
    }
}
