using System.Globalization;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// A TIFF, whose pages libvips reads, and ImageMagick where a page is of old-style JPEG: scanners put pages of several
/// kinds in one file.
/// </summary>
internal sealed class TiffFile(byte[] content, ImagingOptions options) : IPageFile
{
    private const byte Uncompressed = 1;
    private const byte Upright = 1;

    private const string Measurements =
        "The TIFF holds measurements (such as floating point), not the shades of a picture. Save it with 8 or 16 bits and drop it again.";

    private IReadOnlyList<TiffDirectory>? _pages;
    private VipsFile? _vips;

    public PictureFormat Format => PictureFormat.Tiff;

    public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var chain = TiffDirectories.Chain(content);

        // Beside each page there may be a small copy of it, and of more the entries are not looked at.
        if (chain.Count > 2L * maxPages)
        {
            return new PictureHeader(PictureFormat.Tiff, 1, 1, 1, chain.Count);
        }

        var pages = ReadPages(chain);
        var largest = pages.FirstOrDefault(page => (long)page.Width * page.Height > options.MaxPixels)
            ?? pages.MaxBy(page => (long)page.Width * page.Height * page.BytesPerPixel)!;
        return new PictureHeader(PictureFormat.Tiff, largest.Width, largest.Height, largest.BytesPerPixel, pages.Count)
        {
            TotalPixels = pages.Sum(page => (long)page.Width * page.Height),
            AddedPoints = pages.Max(AddedPoints),
        };
    }

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential)
    {
        var directory = DirectoryOf(page);
        if (!directory.IsOldStyleJpeg)
        {
            return Checked(Vips().Open(directory.Number, cancellationToken, access), directory);
        }

        // In memory of its own, so that only one such page at a time is held twice; and said to be upright, since libtiff
        // would mirror one that should be turned.
        var orientation = (int)directory.First(TiffDirectory.Orientation, Upright);
        using var points = MagickPoints.Read(
            orientation == Upright ? content : Copy([directory], TiffDirectory.Orientation, Upright),
            PictureFormat.Tiff,
            directory.Number,
            options,
            cancellationToken);
        using var shared = points.ToImage();
        using var described = shared.Mutate(image => image.Set(GValue.GIntType, PageImage.OrientationField, orientation));
        return Checked(PageImage.ToMemory(described, cancellationToken), directory);
    }

    public void Check(int page, CancellationToken cancellationToken)
    {
        var directory = DirectoryOf(page);
        if (directory.IsFax && !FaxCode.IsWhole(content, directory.Number, cancellationToken))
        {
            throw new UnreadableFileException();
        }
    }

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        using var stored = Open(0, cancellationToken);
        using var plain = PageImage.WithoutOddSamples(stored);
        using var square = PageImage.Square(plain, Format);
        return PageImage.Shrink(square, longSide, cancellationToken);
    }

    public void Dispose() => _vips?.Dispose();

    private long AddedPoints(TiffDirectory page)
    {
        var size = PageSize.Of(page.Width, page.Height, page.HorizontalResolution, page.VerticalResolution, Format);
        return page.IsBilevel ? 0 : PaperPages.AddedPoints(size, page.Width, page.Height);
    }

    /// <summary>
    /// libvips looks at the directories of all pages and would fail for one of old-style JPEG, so these are said to be of a
    /// coding that it knows. It is not asked for them.
    /// </summary>
    private VipsFile Vips() => _vips ??= new VipsFile(
        Copy(_pages!.Where(page => page.IsOldStyleJpeg), TiffDirectory.CompressionTag, Uncompressed), PictureFormat.Tiff);

    private byte[] Copy(IEnumerable<TiffDirectory> directories, ushort tag, byte number)
    {
        byte[]? copy = null;
        foreach (var directory in directories)
        {
            directory.Write(copy ??= (byte[])content.Clone(), tag, number);
        }

        return copy ?? content;
    }

    private TiffDirectory DirectoryOf(int page) => (_pages ??= ReadPages(TiffDirectories.Chain(content)))[page];

    private IReadOnlyList<TiffDirectory> ReadPages(IReadOnlyList<int> chain)
    {
        var all = TiffDirectories.Read(content, chain);
        TiffDirectory[] pages = [.. all.Where(directory => !directory.IsNoPage)];
        _pages = pages.Length > 0 ? pages : all;
        if (!_pages.All(page => page.HasShades))
        {
            throw new UnreadableFileException(Measurements);
        }

        for (var i = 0; i < _pages.Count; i++)
        {
            if (_pages[i].OddCoding is { } coding)
            {
                throw new UnreadableFileException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Page {i + 1} of {_pages.Count} of the TIFF is coded in a way that is not read here ({coding}). Save it with LZW or deflate, in RGB or grey, and drop it again."));
            }
        }

        return _pages;
    }

    /// <summary>What was allowed by the directory must be what the library reads in it.</summary>
    private static Image Checked(Image image, TiffDirectory directory)
    {
        if (image.Width == directory.Width && image.Height == directory.Height)
        {
            return image;
        }

        image.Dispose();
        throw new UnreadableFileException();
    }
}
