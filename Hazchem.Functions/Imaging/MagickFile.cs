using System.Globalization;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A picture that ImageMagick decodes, once; libvips goes on from its points, where they are.</summary>
internal sealed class MagickFile(byte[] content, PictureFormat format, ImagingOptions options) : IPageFile
{
    private MagickPoints? _points;

    public PictureFormat Format => format;

    public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken)
    {
        using var header = MagickLibrary.ReadHeader(content, format, options, cancellationToken);
        if (Math.Max(header.Width, header.Height) > MagickLibrary.LongestSide)
        {
            throw new UnreadableFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"The picture is {header.Width:N0} by {header.Height:N0} pixels; at most {MagickLibrary.LongestSide:N0} on a side are taken. Save it smaller and drop it again."));
        }

        var (width, height) = ((int)header.Width, (int)header.Height);
        return new PictureHeader(format, width, height, header.HasAlpha ? 4 : 3, Pages: 1)
        {
            AddedPoints = PaperPages.AddedPoints(PageSize.Assume(width, height), width, height),
        };
    }

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(page, 0);
        _points ??= MagickPoints.Read(content, format, page, options, cancellationToken);
        return _points.ToImage();
    }

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        using var stored = Open(0, cancellationToken);
        return PageImage.Shrink(stored, longSide, cancellationToken);
    }

    public void Dispose() => _points?.Dispose();
}
