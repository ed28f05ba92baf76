using NetVips;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>
/// A PDF, drawn page by page by PDFium: what is drawn is what a viewer prints. A page that is one scan is drawn at just the
/// scan's resolution, which gives its own points; a page that is one JPEG is that JPEG.
/// </summary>
/// <param name="options">A page that would have more than its pixels is drawn coarser, down to 100 points an inch.</param>
internal sealed class PdfFile(byte[] content, ImagingOptions options) : IPageFile
{
    /// <summary>Points an inch. Text of a printer reads well, and what is finer costs for nothing.</summary>
    private const double DrawnDpi = 300;

    /// <summary>Points an inch. A scan in grey or colour that is coarser is drawn at this: text may still be printed fine on it.</summary>
    private const double LeastScanDpi = 150;

    /// <summary>Points an inch. What is coarser than a fax is drawn as any other page.</summary>
    private const double LeastBilevelDpi = 97;

    private const double MostBilevelDpi = 600;

    /// <summary>Points an inch. Even a large page that is coarser than this cannot be read.</summary>
    private const double LeastDpi = 100;

    /// <summary>In inches: A2. Pages that are larger are drawn so that they could be printed at this size.</summary>
    private const double LongestSide = 24;

    /// <summary>The pictures of a scan that comes in strips may differ so much in resolution.</summary>
    private const double SameResolution = 0.01;

    private const int Upright = 1;

    /// <summary>EXIF's numbers for no, one, two and three quarters clockwise.</summary>
    private static readonly int[] Orientations = [Upright, 6, 3, 8];

    private readonly HashSet<int> _counted = [];
    private long _totalPixels;
    private PdfDocument? _document;

    /// <summary>Images of the last page that were given out may read from it.</summary>
    private VipsFile? _jpeg;
    private (int Page, Func<Enums.Access, CancellationToken, Image> Open)? _last;

    public PictureFormat Format => PictureFormat.Pdf;

    /// <summary>What a PDF of so many bytes takes at most, in bytes, besides the page that is drawn.</summary>
    public static long MaxMemory(int length) => (256L << 20) + length;

    public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken)
    {
        PdfiumModule.Prepare();
        try
        {
            var document = Opened(cancellationToken);
            using var running = document.CancelWith(cancellationToken);
            var pages = document.PageCount;
            (long Width, long Height) largest = (0, 0);
            var total = 0L;
            for (var page = 0; page < (pages <= maxPages ? pages : 1); page++)
            {
                var size = document.SizeOf(page);
                var dpi = Bounded(size, new PdfResolution(DrawnDpi, DrawnDpi, Bilevel: false));
                var pixels = size.Pixels(dpi.Across, dpi.Down);
                total += pixels.Width * pixels.Height;
                largest = pixels.Width * pixels.Height > largest.Width * largest.Height ? pixels : largest;
            }

            var header = new PictureHeader(Format, (int)Math.Min(largest.Width, int.MaxValue), (int)Math.Min(largest.Height, int.MaxValue), BytesPerPixel: 1, pages);
            var (points, bytes) = PdfBytes.LargestPicture(content);
            return header with
            {
                DecodedBytes = Math.Max(header.DecodedBytes, Math.Min(points, options.MaxPixels) * bytes),
                TotalPixels = total,
            };
        }
        catch (UnreadableFileException e) when (e.Reason is null)
        {
            throw new UnreadableFileException(PdfReasons.Damaged);
        }
    }

    public PageSize SizeOf(int page, CancellationToken cancellationToken)
    {
        var document = Opened(cancellationToken);
        using var running = document.CancelWith(cancellationToken);
        var size = document.SizeOf(page);
        return PageSize.OfInches(size.Width, size.Height, Format);
    }

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential)
    {
        // A page is opened several times in a row, and what it is has been found out with some labour.
        if (_last?.Page != page)
        {
            _last = null;
            _jpeg?.Dispose();
            _jpeg = null;
            _last = (page, Read(page, cancellationToken));
        }

        return _last.Value.Open(access, cancellationToken);
    }

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        var document = Opened(cancellationToken);
        using var running = document.CancelWith(cancellationToken);
        using var opened = document.Open(0);
        var size = document.SizeOf(0);
        var images = ImagesOf(opened, cancellationToken);
        var resolution = Bounded(size, ResolutionOf(opened, images));
        var finest = Math.Max(resolution.Across, resolution.Down);
        var dpi = Math.Min(finest, longSide / Math.Max(size.Width, size.Height));
        return ImageOf(Draw(opened, size, new PdfResolution(dpi, dpi, Bilevel: false), bands: 3, images), Upright);
    }

    public void Dispose()
    {
        _jpeg?.Dispose();
        _document?.Dispose();
    }

    private PdfDocument Opened(CancellationToken cancellationToken) =>
        _document ??= new PdfDocument(content, MaxMemory(content.Length), cancellationToken);

    private Func<Enums.Access, CancellationToken, Image> Read(int page, CancellationToken cancellationToken)
    {
        var document = Opened(cancellationToken);
        using var running = document.CancelWith(cancellationToken);
        using var opened = document.Open(page);
        var images = ImagesOf(opened, cancellationToken);
        var size = document.SizeOf(page);
        var resolution = Bounded(size, ResolutionOf(opened, images));
        Count(page, size, resolution, images);
        if (images is [{ IsUpright: true, IsPlain: true } only]
            && opened.IsCoveredBy(only)
            && (long)only.Width * only.Height <= options.MaxPixels
            && !PdfBytes.MayAlterPictures(content))
        {
            // As it is stored; the page says how it is turned.
            var (across, down) = only.Resolution!.Value;
            var orientation = Orientations[opened.QuarterTurns];
            if (only.Coding == PdfImageCoding.Jpeg && JpegOf(opened, only, cancellationToken) is { } jpeg)
            {
                _jpeg = jpeg;
                return (access, cancellation) =>
                {
                    using var stored = jpeg.Open(0, cancellation, access);
                    return Described(stored, across, down, orientation, bilevel: false);
                };
            }

            if (only.IsBilevel && resolution.Bilevel && opened.Decode(only) is { } points)
            {
                var decoded = new PdfRaster(only.Width, only.Height, 1, new PdfResolution(across, down, Bilevel: true), points);
                return (_, _) => ImageOf(decoded, orientation);
            }
        }

        var raster = Draw(opened, size, resolution, bands: 1, images);
        return (_, _) => ImageOf(raster, Upright);
    }

    /// <summary>The header does not tell how fine a page's pictures are.</summary>
    /// <exception cref="UnreadableFileException">The pages read so far have too many pixels together.</exception>
    private void Count(int page, PdfPageSize size, PdfResolution resolution, IReadOnlyList<PdfImage>? images)
    {
        if (_counted.Add(page))
        {
            var (width, height) = size.Pixels(resolution.Across, resolution.Down);
            _totalPixels += Math.Max(width * height, images?.Sum(image => (long)image.Width * image.Height) ?? 0);
        }

        if (_totalPixels > options.MaxTotalPixels)
        {
            throw new UnreadableFileException(ImageConverter.TooManyPixels(options));
        }
    }

    /// <summary>The pictures that are all there is to see on a page; null where it has anything else.</summary>
    /// <exception cref="UnreadableFileException">The code of one breaks off: PDFium would draw the rows up to there.</exception>
    private IReadOnlyList<PdfImage>? ImagesOf(PdfPage page, CancellationToken cancellationToken)
    {
        var images = page.OnlyImages();
        foreach (var image in images ?? [])
        {
            var isWhole = image.Coding switch
            {
                PdfImageCoding.Fax => IsWholeFax(page, image, cancellationToken),
                PdfImageCoding.Jbig2 => Jbig2Code.IsWhole(page.CodedBytes(image)),
                _ => true,
            };
            if (!isWhole)
            {
                throw new UnreadableFileException();
            }
        }

        return images;
    }

    private bool IsWholeFax(PdfPage page, PdfImage image, CancellationToken cancellationToken)
    {
        if (image.Width <= 0 || image.Height <= 0 || (long)image.Width * image.Height > options.MaxPixels || !PdfBytes.IsGroup4(content, image.Width))
        {
            // PDFium says whether it can do anything with it.
            return true;
        }

        var code = page.CodedBytes(image);
        return code.Length > 0
            && FaxCode.IsWhole(Group4Tiff.Write([new Group4Page(image.Width, image.Height, DrawnDpi, DrawnDpi, code)]), 0, cancellationToken);
    }

    /// <summary>At what resolution a page is worth drawing.</summary>
    private static PdfResolution ResolutionOf(PdfPage page, IReadOnlyList<PdfImage>? images)
    {
        var drawn = new PdfResolution(DrawnDpi, DrawnDpi, Bilevel: false);
        if (images is not { Count: > 0 } || images.Any(image => image.Resolution is null))
        {
            return drawn;
        }

        var across = images.Max(image => image.Resolution!.Value.Across);
        var down = images.Max(image => image.Resolution!.Value.Down);
        (across, down) = page.QuarterTurns % 2 == 0 ? (across, down) : (down, across);
        if (images.All(image => image.IsBilevel))
        {
            return AreAlike(images) && Math.Min(across, down) >= LeastBilevelDpi && Math.Max(across, down) <= MostBilevelDpi
                ? new PdfResolution(across, down, Bilevel: true)
                : drawn;
        }

        var dpi = Math.Clamp(Math.Max(across, down), LeastScanDpi, DrawnDpi);
        return new PdfResolution(dpi, dpi, Bilevel: false);
    }

    private static bool AreAlike(IReadOnlyList<PdfImage> images) => images.All(image =>
        Math.Abs((image.Resolution!.Value.Across / images[0].Resolution!.Value.Across) - 1) < SameResolution
        && Math.Abs((image.Resolution!.Value.Down / images[0].Resolution!.Value.Down) - 1) < SameResolution);

    /// <summary>The resolution, or less where the page would have too many points; but never below the least.</summary>
    private PdfResolution Bounded(PdfPageSize size, PdfResolution wanted)
    {
        var longest = LongestSide * DrawnDpi / (Math.Max(size.Width, size.Height) * Math.Max(wanted.Across, wanted.Down));
        var area = Math.Sqrt(options.MaxPixels / (size.Width * size.Height * wanted.Across * wanted.Down));
        var share = Math.Min(wanted.Bilevel ? 1 : longest, area);
        if (share >= 1)
        {
            return wanted;
        }

        var dpi = Math.Max(LeastDpi, share * Math.Min(wanted.Across, wanted.Down));
        return new PdfResolution(dpi, dpi, Bilevel: false);
    }

    private static PdfRaster Draw(PdfPage page, PdfPageSize size, PdfResolution resolution, int bands, IReadOnlyList<PdfImage>? images)
    {
        var (width, height) = size.Pixels(resolution.Across, resolution.Down);
        var points = page.Draw((int)width, (int)height, bands, smooth: !resolution.Bilevel);
        if (images is not null && points.AsSpan().IndexOfAnyExcept((byte)255) < 0 && !images.All(page.CanDecode))
        {
            // PDFium leaves out what it cannot decode, and an empty page would travel.
            throw new UnreadableFileException();
        }

        return new PdfRaster((int)width, (int)height, bands, resolution, points);
    }

    private static VipsFile? JpegOf(PdfPage page, PdfImage image, CancellationToken cancellationToken)
    {
        // Its own metadata, such as EXIF's orientation, means nothing in a PDF.
        if (JpegSegments.Strip(page.CodedBytes(image), long.MaxValue) is not { } stripped)
        {
            return null;
        }

        var jpeg = new VipsFile(stripped.ToArray(), PictureFormat.Jpeg);
        try
        {
            using var header = jpeg.Open(0, CancellationToken.None);
            if (header.Width == image.Width && header.Height == image.Height && header.Bands is 1 or 3)
            {
                if (JpegCode.Read(stripped.Span, cancellationToken).Lost <= JpegCode.MostLost)
                {
                    return jpeg;
                }

                jpeg.Dispose();
                throw new UnreadableFileException();
            }
        }
        catch (VipsException)
        {
            // PDFium may make more of it.
        }

        jpeg.Dispose();
        return null;
    }

    private static Image ImageOf(PdfRaster raster, int orientation)
    {
        using var image = Image.NewFromMemory(raster.Points, raster.Width, raster.Height, raster.Bands, Enums.BandFormat.Uchar);
        using var coloured = image.Copy(interpretation: raster.Bands == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return Described(coloured, raster.Resolution.Across, raster.Resolution.Down, orientation, raster.Resolution.Bilevel);
    }

    private static Image Described(Image image, double across, double down, int orientation, bool bilevel)
    {
        using var resolved = image.Copy(xres: across / PageSize.MillimetresPerInch, yres: down / PageSize.MillimetresPerInch);
        return resolved.Mutate(fields =>
        {
            fields.Set(GValue.GIntType, PageImage.OrientationField, orientation);
            if (bilevel)
            {
                fields.Set(GValue.GIntType, PageImage.BitsField, 1);
            }
        });
    }
}
