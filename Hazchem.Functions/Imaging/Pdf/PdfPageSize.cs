namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A page as a viewer shows it, in inches.</summary>
internal readonly record struct PdfPageSize(double Width, double Height)
{
    /// <summary>At so many points an inch across and down.</summary>
    public (long Width, long Height) Pixels(double across, double down) =>
        (Math.Max(1, (long)Math.Round(Width * across)), Math.Max(1, (long)Math.Round(Height * down)));
}
