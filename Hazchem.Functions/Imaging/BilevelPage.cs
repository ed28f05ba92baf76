namespace Hazchem.Functions.Imaging;

/// <summary>A page of ink and paper.</summary>
/// <param name="HorizontalDpi">Points an inch.</param>
/// <param name="Bits">Eight points a byte, the leftmost highest, rows begin at a byte; 1 is ink.</param>
internal sealed record BilevelPage(int Width, int Height, double HorizontalDpi, double VerticalDpi, byte[] Bits);
