using Hazchem.Benchmarks.Running;
using ImageMagick;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>Magick.NET: shrinks on load as far as libjpeg can, then with Lanczos, then bisects the quality.</summary>
internal sealed class MagickScaled : IContender
{
    public MagickScaled(int threads) => ResourceLimits.Thread = (ulong)threads;

    public Product Work(byte[] original, WorkOrder order)
    {
        var side = order.LongSide;
        var settings = new MagickReadSettings();
        var header = new MagickImageInfo(original);

        // On a smaller picture libjpeg would enlarge.
        if (Math.Max(header.Width, header.Height) > side)
        {
            settings.SetDefine(MagickFormat.Jpeg, "size", $"{side}x{side}");
        }

        using var image = new MagickImage(original, settings);
        Prepare(image);
        image.FilterType = FilterType.Lanczos;
        image.Resize(new MagickGeometry((uint)side, (uint)side) { Greater = true });
        image.Settings.SetDefine(MagickFormat.Jpeg, "sampling-factor", "4:2:0");
        return QualityBisection.Run(order.Limit, quality =>
        {
            image.Quality = (uint)quality;
            return image.ToByteArray(MagickFormat.Jpeg);
        });
    }

    /// <summary>Upright, in sRGB, on white, without metadata.</summary>
    public static void Prepare(MagickImage image)
    {
        image.AutoOrient();
        if (image.GetColorProfile() is not null)
        {
            image.TransformColorSpace(ColorProfiles.SRGB);
        }
        else if (image.ColorSpace == ColorSpace.CMYK)
        {
            image.ColorSpace = ColorSpace.sRGB;
        }

        image.Strip();
        if (image.HasAlpha)
        {
            image.BackgroundColor = MagickColors.White;
            image.Alpha(AlphaAction.Remove);
        }
    }
}
