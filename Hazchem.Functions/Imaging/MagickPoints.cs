using ImageMagick;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A page as ImageMagick decoded it, in its memory.</summary>
internal sealed class MagickPoints : IDisposable
{
    private readonly MagickImage _decoded;
    private readonly IUnsafePixelCollection<byte> _pixels;
    private readonly int _bands;

    private MagickPoints(MagickImage decoded, IUnsafePixelCollection<byte> pixels, int bands)
    {
        _decoded = decoded;
        _pixels = pixels;
        _bands = bands;
    }

    /// <exception cref="UnreadableFileException">It is damaged, or coded in a way that is not known.</exception>
    public static MagickPoints Read(
        byte[] content,
        PictureFormat format,
        int page,
        ImagingOptions options,
        CancellationToken cancellationToken)
    {
        var decoded = MagickLibrary.Read(content, format, page, options, cancellationToken);
        try
        {
            // A picture with a palette has the place in it beside each point.
            decoded.ClassType = ClassType.Direct;
            var bands = decoded.Channels.ToArray() switch
            {
                [PixelChannel.Gray] => 1,
                [PixelChannel.Gray, PixelChannel.Alpha] => 2,
                [PixelChannel.Red, PixelChannel.Green, PixelChannel.Blue] => 3,
                [PixelChannel.Red, PixelChannel.Green, PixelChannel.Blue, PixelChannel.Alpha] => 4,
                _ => throw new UnreadableFileException(),
            };
            return new MagickPoints(decoded, decoded.GetPixelsUnsafe(), bands);
        }
        catch
        {
            decoded.Dispose();
            throw;
        }
    }

    /// <summary>The same memory as an image of libvips, which must not be used once this is disposed of.</summary>
    public Image ToImage()
    {
        var address = _pixels.GetAreaPointer(0, 0, _decoded.Width, _decoded.Height);
        var width = (int)_decoded.Width;
        var height = (int)_decoded.Height;
        using var points = Image.NewFromMemory(address, (ulong)width * (ulong)height * (ulong)_bands, width, height, _bands, Enums.BandFormat.Uchar);
        using var described = points.Copy(
            interpretation: _bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb,
            xres: PointsPerMillimetre(_decoded.Density.X),
            yres: PointsPerMillimetre(_decoded.Density.Y));
        return described.Mutate(image =>
        {
            // Named as libvips does where it reads the file itself.
            if (_decoded.GetColorProfile() is { } profile)
            {
                image.Set(GValue.BlobType, PageImage.ProfileField, profile.ToByteArray());
            }

            if (_decoded.GetExifProfile() is { } exif)
            {
                SetText(image, "exif-ifd2-DateTimeOriginal", exif.GetValue(ExifTag.DateTimeOriginal)?.Value);
                SetText(image, "exif-ifd2-OffsetTimeOriginal", exif.GetValue(ExifTag.OffsetTimeOriginal)?.Value);
            }

            if (_decoded.Orientation != Orientation.Undefined)
            {
                image.Set(GValue.GIntType, PageImage.OrientationField, (int)_decoded.Orientation);
            }
        });
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _decoded.Dispose();
    }

    private double PointsPerMillimetre(double density) => _decoded.Density.Units switch
    {
        DensityUnit.PixelsPerInch => density / PageSize.MillimetresPerInch,
        DensityUnit.PixelsPerCentimeter => density / 10,
        _ => 1,
    };

    private static void SetText(MutableImage image, string field, string? text)
    {
        if (text is not null)
        {
            image.Set(GValue.GStrType, field, text);
        }
    }
}
