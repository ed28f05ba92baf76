namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A page drawn.</summary>
/// <param name="Bands">1 for grey, 3 for red, green and blue.</param>
/// <param name="Points">A byte a point and band, row by row from the top left.</param>
internal sealed record PdfRaster(int Width, int Height, int Bands, PdfResolution Resolution, byte[] Points);
