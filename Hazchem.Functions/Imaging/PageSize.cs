using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>How large a page is on paper.</summary>
/// <param name="IsKnown">Whether the file says it believably; otherwise the page was taken for A4.</param>
internal sealed record PageSize(double WidthMillimetres, double HeightMillimetres, bool IsKnown)
{
    private const double LongSideOfA4 = 297;

    /// <summary>Points a millimetre. Less is what screens and phones say of anything; the coarsest fax has 3.86.</summary>
    private const double LeastBelieved = 3.8;

    private const double ShortestBelievedLongSide = 76;
    private const double LongestBelievedLongSide = 610;

    /// <param name="page">As it is stored, upright or not.</param>
    /// <returns>Of the page when it is upright.</returns>
    public static PageSize Of(Image page)
    {
        var (width, height) = (page.Width / page.Xres, page.Height / page.Yres);
        var longSide = Math.Max(width, height);
        var known = Math.Min(page.Xres, page.Yres) >= LeastBelieved
            && page.Xres / page.Yres is >= 0.4 and <= 2.5
            && longSide is >= ShortestBelievedLongSide and <= LongestBelievedLongSide;
        if (!known)
        {
            var points = Math.Max(page.Width, page.Height) / LongSideOfA4;
            (width, height) = (page.Width / points, page.Height / points);
        }

        return PageImage.IsOnItsSide(page) ? new PageSize(height, width, known) : new PageSize(width, height, known);
    }
}
