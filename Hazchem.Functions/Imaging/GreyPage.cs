namespace Hazchem.Functions.Imaging;

/// <summary>A page in shades of grey.</summary>
/// <param name="HorizontalDpi">Points an inch.</param>
/// <param name="Points">A byte a point, row after row; 0 is black. What is behind the last of them is no part of it.</param>
internal sealed record GreyPage(int Width, int Height, double HorizontalDpi, double VerticalDpi, byte[] Points)
{
    public double CoarserDpi => Math.Min(HorizontalDpi, VerticalDpi);

    public double FinerDpi => Math.Max(HorizontalDpi, VerticalDpi);
}
