using Hazchem.Benchmarks.Running;
using ImageMagick;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>Magick.NET's own search for a size in bytes, on the picture at its full size.</summary>
internal sealed class MagickExtent : IContender
{
    public MagickExtent(int threads) => ResourceLimits.Thread = (ulong)threads;

    public Product Work(byte[] original, WorkOrder order)
    {
        using var image = new MagickImage(original);
        MagickScaled.Prepare(image);
        image.Settings.SetDefine(MagickFormat.Jpeg, "extent", $"{order.Limit}b");
        return new Product(image.ToByteArray(MagickFormat.Jpeg));
    }
}
