namespace Hazchem.Functions.Imaging;

/// <summary>A page coded as CCITT group 4, in one strip.</summary>
/// <param name="HorizontalDpi">Points an inch.</param>
internal sealed record Group4Page(int Width, int Height, double HorizontalDpi, double VerticalDpi, byte[] Code);
