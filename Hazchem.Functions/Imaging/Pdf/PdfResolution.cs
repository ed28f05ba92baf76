namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>Points an inch at which a page is drawn.</summary>
/// <param name="Bilevel">
/// The page is one scan in black and white of just this resolution, so that drawing it gives the scanner's own points.
/// </param>
internal readonly record struct PdfResolution(double Across, double Down, bool Bilevel);
