using Hazchem.Benchmarks.Running;
using SkiaSharp;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>SkiaSharp: shrinks on load in eighths, then with a cubic filter, then bisects the quality.</summary>
internal sealed class SkiaScaled : IContender
{
    public Product Work(byte[] original, WorkOrder order)
    {
        using var data = SKData.CreateCopy(original);
        using var codec = SKCodec.Create(data);
        if (codec is null)
        {
            return new Product(null, "SkiaSharp cannot read it.");
        }

        using var loaded = Load(codec, order.LongSide);
        if (loaded is null)
        {
            return new Product(null, "SkiaSharp cannot read it to its end.");
        }

        using var upright = Draw(loaded, codec.EncodedOrigin, order.LongSide);
        using var pixels = upright.PeekPixels();
        return QualityBisection.Run(order.Limit, quality =>
        {
            using var jpeg = pixels.Encode(new SKJpegEncoderOptions(
                quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
            return jpeg?.ToArray() ?? throw new InvalidOperationException("SkiaSharp could not code a picture.");
        });
    }

    /// <summary>Decoded no larger than is needed.</summary>
    private static SKBitmap? Load(SKCodec codec, int longSide)
    {
        var wanted = longSide / (double)Math.Max(codec.Info.Width, codec.Info.Height);
        var eighths = Math.Min(8, Math.Ceiling(wanted * 8));
        var size = codec.GetScaledDimensions((float)(eighths / 8));
        var info = new SKImageInfo(
            size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb());
        var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    private static SKBitmap Draw(SKBitmap loaded, SKEncodedOrigin origin, int longSide)
    {
        var scale = Math.Min(1, longSide / (float)Math.Max(loaded.Width, loaded.Height));
        var width = (int)Math.Round(loaded.Width * scale);
        var height = (int)Math.Round(loaded.Height * scale);
        var lies = (int)origin >= 5;
        var upright = new SKBitmap(new SKImageInfo(
            lies ? height : width, lies ? width : height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        using var canvas = new SKCanvas(upright);
        using var image = SKImage.FromBitmap(loaded);
        canvas.Clear(SKColors.White);
        canvas.SetMatrix(Turn(origin, width, height));
        canvas.DrawImage(image, SKRect.Create(width, height), new SKSamplingOptions(SKCubicResampler.Mitchell));
        return upright;
    }

    /// <summary>From the stored picture's points to the upright one's.</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
