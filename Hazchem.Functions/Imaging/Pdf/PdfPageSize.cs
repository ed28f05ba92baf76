namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A page as a viewer shows it, in inches.</summary>
internal readonly record struct PdfPageSize(double Width, double Height)
{
    /// <summary>
    /// At so many points an inch across and down. A file may say any number: a side that no picture could have is said to
    /// be the longest there is, so that the product of two can be told.
    /// </summary>
    public (long Width, long Height) Pixels(double across, double down) => (Side(Width * across), Side(Height * down));

    private static long Side(double points) => Math.Max(1, (long)Math.Round(Math.Min(points, int.MaxValue)));
}
