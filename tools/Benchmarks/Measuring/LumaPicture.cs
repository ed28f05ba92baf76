using ImageMagick;
using NetVips;

namespace Hazchem.Benchmarks.Measuring;

/// <summary>The luma of a picture as it is shown: upright, in sRGB, on white. Rec. 601's weights, 0 to 255.</summary>
internal sealed class LumaPicture
{
    /// <summary>In pixels. Pictures are compared at this size at most, since nobody looks at them larger.</summary>
    public const int LongSide = 2000;

    private const int Colours = 3;

    private static readonly double[,] Rec601 = { { 0.299, 0.587, 0.114 } };

    private readonly float[] _points;

    private LumaPicture(int width, int height, float[] points)
    {
        (Width, Height) = (width, height);
        _points = points;
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<float> Row(int y) => _points.AsSpan(y * Width, Width);

    /// <summary>The original, no longer than <see cref="LongSide"/>; never enlarged.</summary>
    public static LumaPicture OfOriginal(byte[] content)
    {
        using var shown = Show(content);
        var scale = Math.Min(1, LongSide / (double)Math.Max(shown.Width, shown.Height));
        return Sized(shown, (int)Math.Round(shown.Width * scale), (int)Math.Round(shown.Height * scale));
    }

    /// <summary>What was made of it, at the same size.</summary>
    public static LumaPicture OfProduct(byte[] content, LumaPicture original)
    {
        using var shown = Show(content);
        return Sized(shown, original.Width, original.Height);
    }

    private static LumaPicture Sized(Image shown, int width, int height)
    {
        using var weights = Image.NewFromArray(Rec601);
        using var luma = shown.Bands == Colours ? shown.Recomb(weights) : shown.Copy();
        using var single = luma.Cast(Enums.BandFormat.Float);
        var points = single.WriteToMemory<float>();
        return new LumaPicture(
            width,
            height,
            single.Width == width && single.Height == height
                ? points
                : Lanczos.Resize(points, single.Width, single.Height, width, height));
    }

    private static Image Show(byte[] content)
    {
        using var stored = Open(content);
        using var upright = stored.Autorot();
        using var coloured = upright.Contains("icc-profile-data") || upright.Interpretation == Enums.Interpretation.Cmyk
            ? upright.IccTransform("srgb", embedded: true)
            : upright.Colourspace(upright.Bands < Colours ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        using var flat = coloured.HasAlpha() ? coloured.Flatten(background: [255]) : coloured.Copy();
        return flat.Cast(Enums.BandFormat.Uchar);
    }

    /// <summary>HEIC is what the libvips that we have cannot decode.</summary>
    private static Image Open(byte[] content)
    {
        if (content.AsSpan(4).StartsWith("ftyphei"u8) || content.AsSpan(4).StartsWith("ftypmif"u8))
        {
            using var heic = new MagickImage(content);
            heic.AutoOrient();
            heic.Alpha(AlphaAction.Off);
            if (heic.GetColorProfile() is not null)
            {
                heic.TransformColorSpace(ColorProfiles.SRGB);
            }

            using var pixels = heic.GetPixels();
            using var bare = Image.NewFromMemoryCopy(
                pixels.ToByteArray(PixelMapping.RGB)!, (int)heic.Width, (int)heic.Height, Colours, Enums.BandFormat.Uchar);
            return bare.Copy(interpretation: Enums.Interpretation.Srgb);
        }

        return Image.NewFromBuffer(content, access: Enums.Access.Random, failOn: Enums.FailOn.Error);
    }
}
