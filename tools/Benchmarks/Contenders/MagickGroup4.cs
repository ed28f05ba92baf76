using Hazchem.Benchmarks.Running;
using ImageMagick;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>Magick.NET: one threshold a page (Otsu), group 4, one strip a page.</summary>
internal sealed class MagickGroup4 : IContender
{
    public MagickGroup4(int threads) => ResourceLimits.Thread = (ulong)threads;

    public Product Work(byte[] original, WorkOrder order)
    {
        using var pages = new MagickImageCollection(original);
        foreach (var page in pages)
        {
            page.AutoOrient();
            page.ColorSpace = ColorSpace.Gray;
            page.AutoThreshold(AutoThresholdMethod.OTSU);
            page.Strip();
            page.ColorType = ColorType.Bilevel;
            page.Settings.Compression = CompressionMethod.Group4;
            page.Settings.SetDefine(MagickFormat.Tiff, "rows-per-strip", $"{page.Height}");
        }

        return new Product(pages.ToByteArray(MagickFormat.Tiff), Pages: pages.Count);
    }
}
