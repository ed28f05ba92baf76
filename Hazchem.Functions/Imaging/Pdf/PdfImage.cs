using System.Numerics;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A picture on a page, before it is decoded.</summary>
/// <param name="Handle">PDFium's own.</param>
/// <param name="Width">In pixels, as coded.</param>
/// <param name="Height">In pixels, as coded.</param>
/// <param name="Coding">How its points are coded.</param>
/// <param name="IsPlain">Nothing shines through it or cuts a part of it off.</param>
/// <param name="Placement">Puts a square of one by one, its origin at the picture's lower left, on the page, in 1/72 inch.</param>
internal readonly record struct PdfImage(
    int Handle,
    int Width,
    int Height,
    PdfImageCoding Coding,
    bool IsPlain,
    Matrix3x2 Placement)
{
    private const double PointsAnInch = 72;

    /// <summary>Black and white, however coded.</summary>
    public bool IsBilevel => Coding is PdfImageCoding.Bilevel or PdfImageCoding.Fax or PdfImageCoding.Jbig2;

    public bool IsUpright => Placement is { M11: > 0, M22: > 0 } && IsStraight;

    /// <summary>
    /// Pixels an inch along the page's own axes, which a viewer may yet turn; null where it lies askew.
    /// </summary>
    public (double Across, double Down)? Resolution =>
        IsStraight ? (Width * PointsAnInch / Math.Abs(Placement.M11), Height * PointsAnInch / Math.Abs(Placement.M22))
        : IsQuarterTurned ? (Height * PointsAnInch / Math.Abs(Placement.M21), Width * PointsAnInch / Math.Abs(Placement.M12))
        : null;

    private bool IsStraight => IsSmall(Placement.M12, Placement.M11) && IsSmall(Placement.M21, Placement.M22);

    private bool IsQuarterTurned => IsSmall(Placement.M11, Placement.M12) && IsSmall(Placement.M22, Placement.M21);

    private static bool IsSmall(double part, double whole) => Math.Abs(part) < 1e-4 * Math.Abs(whole);
}
