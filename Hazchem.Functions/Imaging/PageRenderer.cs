using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Draws pages for people: upright, at their true aspect, in sRGB or grey. It holds no state, and may be used by several at
/// once.
/// </summary>
internal sealed class PageRenderer(ImagingOptions options, ImageConverter images, TimeProvider? time = null)
{
    private const int PageQuality = 85;
    private const int ThumbnailQuality = 75;

    /// <exception cref="UnreadableFileException">It is no picture, damaged, or over the limits of size.</exception>
    /// <exception cref="TimeoutException">It took longer than is allowed, which may be for a busy machine.</exception>
    public IReadOnlyList<PageSize> Measure(byte[] content, CancellationToken cancellationToken) => Read(
        content,
        (file, limited) =>
        {
            var sizes = new PageSize[file.ReadHeader(options.MaxPages, limited).Pages];
            for (var i = 0; i < sizes.Length; i++)
            {
                sizes[i] = file.SizeOf(i, limited);
            }

            return sizes;
        },
        cancellationToken);

    /// <param name="content">The file.</param>
    /// <param name="page">From 0.</param>
    /// <param name="maxWidth">In pixels; a page that has fewer across is not enlarged.</param>
    /// <param name="cancellationToken">Ends it, in the midst of decoding too.</param>
    /// <returns>PNG for black, white and grey, JPEG for colour; null where there is no such page.</returns>
    /// <exception cref="UnreadableFileException">It is no picture, damaged, or over the limits of size.</exception>
    /// <exception cref="TimeoutException">It took longer than is allowed, which may be for a busy machine.</exception>
    public RenderedPage? Render(byte[] content, int page, int maxWidth, CancellationToken cancellationToken) => Read(
        content,
        (file, limited) =>
        {
            if (page < 0 || page >= file.ReadHeader(options.MaxPages, limited).Pages)
            {
                return null;
            }

            using var drawn = Draw(file, page, maxWidth, int.MaxValue, limited);
            return drawn.Bands == 1
                ? new RenderedPage(drawn.PngsaveBuffer(keep: Enums.ForeignKeep.None), "image/png")
                : new RenderedPage(drawn.JpegsaveBuffer(q: PageQuality, keep: Enums.ForeignKeep.None), "image/jpeg");
        },
        cancellationToken);

    /// <param name="maxSide">In pixels, across and down.</param>
    /// <returns>The first page as a JPEG.</returns>
    /// <exception cref="UnreadableFileException">It is no picture, damaged, or over the limits of size.</exception>
    /// <exception cref="TimeoutException">It took longer than is allowed, which may be for a busy machine.</exception>
    public byte[] Thumbnail(byte[] content, int maxSide, CancellationToken cancellationToken) => Read(
        content,
        (file, limited) =>
        {
            using var drawn = Draw(file, 0, maxSide, maxSide, limited);
            return drawn.JpegsaveBuffer(q: ThumbnailQuality, keep: Enums.ForeignKeep.None);
        },
        cancellationToken);

    private T Read<T>(byte[] content, Func<IPageFile, CancellationToken, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (images.EstimateMemory(content, cancellationToken) == 0)
        {
            throw new UnreadableFileException();
        }

        VipsLibrary.Prepare(options.Threads);
        using var timeout = new CancellationTokenSource(options.MaxTime, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var file = PageFiles.Open(content, ContentRecognition.Recognise(content), options);
            return read(file, either.Token);
        }
        catch (Exception e) when (e is VipsException or OperationCanceledException && either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(ImageConverter.TooSlow);
        }
        catch (VipsException)
        {
            throw new UnreadableFileException();
        }
    }

    private static Image Draw(IPageFile file, int page, int maxWidth, int maxHeight, CancellationToken cancellationToken)
    {
        using var stored = file.Open(page, cancellationToken, Enums.Access.Random);
        var size = PageSize.Of(stored, file.Format);
        using var upright = Upright(file, stored, size, maxWidth, maxHeight, cancellationToken);

        // A fax has fewer points down than across: the denser side keeps its points, and the other gets as many.
        var densest = Math.Max(upright.Width / size.WidthMillimetres, upright.Height / size.HeightMillimetres);
        var scale = Math.Min(1, Math.Min(maxWidth / (size.WidthMillimetres * densest), maxHeight / (size.HeightMillimetres * densest)));
        var width = Math.Max(1, (int)Math.Round(size.WidthMillimetres * densest * scale));
        var height = Math.Max(1, (int)Math.Round(size.HeightMillimetres * densest * scale));
        using var sized = upright.Width == width && upright.Height == height
            ? upright.Copy()
            : upright.Resize(width / (double)upright.Width, vscale: height / (double)upright.Height);
        return PageImage.ToMemory(sized, cancellationToken);
    }

    private static Image Upright(IPageFile file, Image stored, PageSize size, int maxWidth, int maxHeight, CancellationToken cancellationToken)
    {
        if (!file.Format.HasPages())
        {
            // Decoders of photos decode no more than is needed.
            var aspect = size.HeightMillimetres / size.WidthMillimetres;
            var longSide = Math.Min(maxWidth * Math.Max(1, aspect), maxHeight * Math.Max(1, 1 / aspect));
            return file.OpenShrunk((int)Math.Ceiling(longSide), cancellationToken);
        }

        using var turned = stored.Autorot();
        var isGrey = PageImage.IsGrey(turned);
        using var coloured = !isGrey && PageImage.ProfileOf(turned) is not null ? turned.IccTransform("srgb") : turned.Copy();
        return PageImage.ToEightBits(coloured, isGrey ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }
}
