using System.Globalization;
using System.Runtime.InteropServices;
using Hazchem.Functions.Imaging.Pdf;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Makes of any picture or scan what Hazchem takes: a JPEG or a bilevel TIFF within a limit, upright and without metadata.
/// The same file gives the same bytes. It holds no state, and may be used by several at once.
/// </summary>
internal sealed class ImageConverter(ImagingOptions options, TimeProvider? time = null)
{
    private const string Damaged =
        "The picture is damaged or incomplete and cannot be read to its end. Take or save it again and drop it again.";

    /// <summary>Why a file is not read that takes longer than is allowed.</summary>
    public const string TooSlow =
        "The file takes too long to read. Save it smaller, or split it, and drop it again.";

    private const string TooLarge =
        "The file takes more memory to read than there is. Save it smaller, or split it, and drop it again.";

    /// <summary>Its grey, blocks and bits, and the levels made of it: measured were 2.2, and 2.9 within a tight limit.</summary>
    private const int BytesPerAddedPoint = 3;

    /// <summary>A file with more than this part of the pixels that are taken in all is long.</summary>
    private const int LongShare = 8;

    /// <summary>Pixels. Smaller ones leave too little to be worth the time that getting it anew takes, 3 % of the whole.</summary>
    private const long LargePicture = 32_000_000;

    /// <summary>How long a file is opened to see what it costs. An honest one takes a moment.</summary>
    private static readonly TimeSpan TimeToOpen = TimeSpan.FromSeconds(10);

    /// <param name="maxBytes">The limit for what is sent; it holds always.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; libvips stops in the midst of decoding.</exception>
    public ConversionResult Convert(
        ReadOnlyMemory<byte> original,
        TargetShape shape,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var format = ContentRecognition.Recognise(original.Span);
        if (ReasonNotToOpen(original, format) is { } reason)
        {
            return new ConversionResult.Refused(reason);
        }

        using var timeout = new CancellationTokenSource(options.MaxTime, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return Convert(original, format, shape, maxBytes, either.Token);
        }
        catch (Exception e) when (e is VipsException or OperationCanceledException && either.IsCancellationRequested)
        {
            // A library that is stopped says that something failed, and not why.
            cancellationToken.ThrowIfCancellationRequested();
            return new ConversionResult.OutOfTime(TooSlow);
        }
        catch (OutOfMemoryException)
        {
            return new ConversionResult.OutOfMemory(TooLarge);
        }
        catch (VipsException)
        {
            // Its text carries over from earlier errors in other pictures, so it is not shown.
            return new ConversionResult.Refused(Damaged);
        }
        catch (UnreadableFileException e)
        {
            return new ConversionResult.Refused(e.Reason ?? Damaged);
        }
    }

    private ConversionResult Convert(
        ReadOnlyMemory<byte> original,
        PictureFormat format,
        TargetShape shape,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        VipsLibrary.Prepare(options.Threads);
        using var file = PageFiles.Open(ToArray(original), format, options);
        var header = file.ReadHeader(options.MaxPages, cancellationToken);
        if (ReasonNotToDecode(header, shape) is { } tooMuch)
        {
            return new ConversionResult.Refused(tooMuch);
        }

        if (header.TotalPixels > options.MaxTotalPixels)
        {
            return new ConversionResult.Refused(TooManyPixels(options));
        }

        return shape == TargetShape.Paperwork || (shape == TargetShape.PictureOrPaperwork && format.HasPages())
            ? ToPaperwork(file, original, header.Pages, maxBytes, options.Straighten && shape == TargetShape.Paperwork, cancellationToken)
            : ToPicture(file, original, maxBytes, cancellationToken);
    }

    /// <summary>
    /// What <see cref="EstimateMemory"/> takes itself at most, in bytes, besides the file: a PDF is parsed for it, and what
    /// a hostile one needs for that only its sandbox limits.
    /// </summary>
    public long EstimateMemoryToOpen(ReadOnlyMemory<byte> original)
    {
        var format = ContentRecognition.Recognise(original.Span);
        return format == PictureFormat.Pdf && ReasonNotToOpen(original, format) is null ? PdfFile.MaxMemory(original.Length) : 0;
    }

    /// <summary>
    /// What a conversion takes at most, in bytes, by the file's header; 0 for a file that will be refused without being
    /// decoded. It is three times the decoded page, and more where a decoder was measured to take that: four times for HEIC,
    /// six for AVIF, for PDF what its sandbox may take besides, and for a page that paperwork is made of larger what that adds.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public long EstimateMemory(ReadOnlyMemory<byte> original, CancellationToken cancellationToken) => EstimateCost(original, cancellationToken).Memory;

    /// <summary><see cref="EstimateMemory"/>, and whether the whole file takes long.</summary>
    /// <inheritdoc cref="EstimateMemory"/>
    public ConversionCost EstimateCost(ReadOnlyMemory<byte> original, CancellationToken cancellationToken)
    {
        var format = ContentRecognition.Recognise(original.Span);
        if (ReasonNotToOpen(original, format) is not null)
        {
            return default;
        }

        VipsLibrary.Prepare(options.Threads);
        using var timeout = new CancellationTokenSource(TimeToOpen < options.MaxTime ? TimeToOpen : options.MaxTime, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var file = PageFiles.Open(ToArray(original), format, options);
            var header = file.ReadHeader(options.MaxPages, either.Token);
            if (ReasonNotToDecode(header, TargetShape.Paperwork) is not null)
            {
                return default;
            }

            var memory = (header.DecodedBytes * (format switch { PictureFormat.Avif => 6, PictureFormat.Heic => 4, _ => 3 }))
                + (header.AddedPoints * BytesPerAddedPoint)
                + (format == PictureFormat.Pdf ? PdfFile.MaxMemory(original.Length) : 0);
            var isRefused = header.TotalPixels > options.MaxTotalPixels;
            return new ConversionCost(memory, IsLong: !isRefused && header.TotalPixels > options.MaxTotalPixels / LongShare);
        }
        catch (Exception e) when (e is VipsException or OperationCanceledException && either.IsCancellationRequested)
        {
            // It took too long this time, and will be opened once more.
            cancellationToken.ThrowIfCancellationRequested();
            return new ConversionCost(Math.Max(1, EstimateMemoryToOpen(original)), IsLong: true);
        }
        catch (OutOfMemoryException)
        {
            // It will be opened once more, when no other is in hand.
            return new ConversionCost(long.MaxValue, IsLong: true);
        }
        catch (Exception e) when (e is VipsException or UnreadableFileException)
        {
            return default;
        }
    }

    /// <summary>Why a file of so many bytes is not even read; null where it is.</summary>
    public string? RefuseBySize(long length) => length > options.MaxInputBytes
        ? Text($"The file has {length:N0} bytes; at most {options.MaxInputBytes:N0} are taken. Save it smaller and drop it again.")
        : null;

    /// <summary>Why a file is not converted whose pages have too many pixels together; each of them can be drawn.</summary>
    public static string TooManyPixels(ImagingOptions options) => Text(
        $"The pages have more than {options.MaxTotalMegapixels:N0} megapixels in all. Scan at a lower resolution, or split the file, and drop it again.");

    private string? ReasonNotToOpen(ReadOnlyMemory<byte> original, PictureFormat format)
    {
        if (original.IsEmpty)
        {
            return "The file is empty. Save it again and drop it again.";
        }

        return RefuseBySize(original.Length) ?? format switch
        {
            PictureFormat.Svg => "The file is a drawing (SVG), not a picture or a scan. Save it as PNG and drop it again.",
            PictureFormat.Unknown => "The file is no picture or scan of a kind that is known here. Send JPEG, PNG, WebP, GIF, AVIF, HEIC, BMP, TIFF or PDF.",
            _ => null,
        };
    }

    private string? ReasonNotToDecode(PictureHeader header, TargetShape shape)
    {
        if (header.Pages > 1 && shape == TargetShape.OnePicture)
        {
            return Text($"The file has {header.Pages} pages, and one picture is wanted: send it as a POD.");
        }

        if (header.Pages > options.MaxPages)
        {
            return Text($"The file has {header.Pages:N0} pages; at most {options.MaxPages:N0} are taken. Split it and drop the parts.");
        }

        return header.Pixels > options.MaxPixels
            ? Text($"The picture is {header.Width:N0} by {header.Height:N0} pixels, more than the {options.MaxPixels:N0} in all that are taken. Save it smaller and drop it again.")
            : null;
    }

    private ConversionResult ToPicture(
        IPageFile file,
        ReadOnlyMemory<byte> original,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        using var header = file.Open(0, cancellationToken);
        var capturedAt = CapturedAt(header);
        if (file.Format == PictureFormat.Jpeg
            && Untouched(header, original, maxBytes, cancellationToken) is { } content)
        {
            return new ConversionResult.Converted(content, PictureFormat.Jpeg, 1, capturedAt);
        }

        var (width, height) = PageImage.TrueSize(header, file.Format);
        using var picture = file.OpenShrunk(JpegWithinLimit.UsefulLongSide(width, height, maxBytes), cancellationToken);
        if ((long)width * height > LargePicture)
        {
            // Coding takes the most memory, so what decoding left is given back before it.
            NativeHeap.Trim();
        }

        return JpegWithinLimit.Code(picture, maxBytes, cancellationToken) is { } jpeg
            ? new ConversionResult.Converted(jpeg, PictureFormat.Jpeg, 1, capturedAt)
            : new ConversionResult.Refused(Text(
                $"The picture cannot be made to fit {maxBytes:N0} bytes and still show what is on it. Take it from nearer, or of less, and drop it again."));
    }

    /// <summary>
    /// The JPEG as it came, or with its metadata taken out, if that is all it needs; null if it must be made anew. It is
    /// decoded all the same, to see that it is whole: what is made anew then says whether it is damaged, or only odd.
    /// </summary>
    private static ReadOnlyMemory<byte>? Untouched(
        Image header,
        ReadOnlyMemory<byte> original,
        long maxBytes,
        CancellationToken cancellationToken)
    {
        if (PageImage.IsTurned(header)
            || header.Interpretation is not (Enums.Interpretation.Srgb or Enums.Interpretation.Bw)
            || Math.Max(header.Width, header.Height) > JpegWithinLimit.LongestSide)
        {
            return null;
        }

        // The profile last, since trying it takes longest, and most photos are over the limit.
        if (JpegSegments.Strip(original, maxBytes) is not { } stripped || PageImage.NeedsProfile(header))
        {
            return null;
        }

        // Not by a conditional expression: its null would become an empty memory.
        if (!IsWhole(ToArray(stripped), cancellationToken))
        {
            return null;
        }

        return stripped;
    }

    /// <summary>Whether its decoder finds all of the points, nothing odd among them, and nothing stands behind them.</summary>
    private static bool IsWhole(byte[] jpeg, CancellationToken cancellationToken)
    {
        if (!JpegCode.Read(jpeg, cancellationToken).IsExact)
        {
            return false;
        }

        try
        {
            using var image = Image.NewFromBuffer(jpeg, access: Enums.Access.Sequential, failOn: Enums.FailOn.Warning);
            using var registration = cancellationToken.Register(() => image.SetKill(true));
            image.Avg();
            return true;
        }
        catch (VipsException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private ConversionResult ToPaperwork(
        IPageFile file,
        ReadOnlyMemory<byte> original,
        int pageCount,
        long maxBytes,
        bool straighten,
        CancellationToken cancellationToken)
    {
        var pages = new PaperPages(file, straighten, cancellationToken);
        var page = 0;
        try
        {
            DateTimeOffset? capturedAt;
            using (var header = file.Open(page, cancellationToken))
            {
                capturedAt = CapturedAt(header);
            }

            for (; page < pageCount; page++)
            {
                file.Check(page, cancellationToken);
            }

            if (file.Format == PictureFormat.Tiff
                && WithoutItsTags(file, pages, ToArray(original), pageCount, maxBytes, straighten, cancellationToken) is { } fax
                && fax.Length <= maxBytes)
            {
                return new ConversionResult.Converted(fax, PictureFormat.Tiff, pageCount, capturedAt);
            }

            var paper = new PaperworkWithinLimit(pages, pageCount, maxBytes);
            for (page = 0; page < pageCount; page++)
            {
                if (!paper.Add())
                {
                    return new ConversionResult.Refused(Text(
                        $"The {(pageCount == 1 ? "page" : $"{pageCount} pages")} cannot be made to fit {maxBytes:N0} bytes and stay readable. Scan in black and white, or fewer pages a file, and drop it again."));
                }
            }

            return new ConversionResult.Converted(paper.Write(), PictureFormat.Tiff, pageCount, capturedAt);
        }
        catch (Exception e) when (IsDamage(e, cancellationToken))
        {
            // Of a long scan some pages are read ahead of their turn.
            return new ConversionResult.Refused(Text(
                $"Page {Math.Max(page, pages.LastRead) + 1} of {pageCount} is damaged or coded in a way that cannot be read here. Scan or save it again and drop it again."));
        }
    }

    /// <summary>
    /// A fax-coded TIFF as it came, if it says nothing but what is needed, or else its pages' code in a new one; null if its
    /// points must be coded anew: where it does not say how large it is on paper, a page of it is turned straight or cannot
    /// be read, or it is too long.
    /// </summary>
    private static byte[]? WithoutItsTags(
        IPageFile file, PaperPages pages, byte[] content, int pageCount, long maxBytes, bool straighten, CancellationToken cancellationToken)
    {
        var isPlain = TiffTags.IsPlainFax(content, pageCount);
        var code = isPlain ? null : TiffTags.Group4Code(content, maxBytes);
        if (isPlain ? content.Length > maxBytes : code?.Count != pageCount)
        {
            return null;
        }

        var coded = new List<Group4Page>();
        try
        {
            for (var page = 0; page < pageCount; page++)
            {
                using var image = file.Open(page, cancellationToken);
                var size = PageSize.Of(image, file.Format);
                if (!size.IsKnown || (straighten && pages.Read(page).WasTurned))
                {
                    return null;
                }

                if (code is not null)
                {
                    coded.Add(new Group4Page(
                        image.Width, image.Height, Math.Round(image.Width / size.WidthInches), Math.Round(image.Height / size.HeightInches), code[page]));
                }
            }
        }
        catch (Exception e) when (IsDamage(e, cancellationToken))
        {
            // Which page it is, shows when it is its turn.
            return null;
        }

        return isPlain ? content : Group4Tiff.Write(coded);
    }

    /// <summary>Whether a page cannot be read for a reason that nobody has given a sentence.</summary>
    private static bool IsDamage(Exception e, CancellationToken cancellationToken) =>
        e is UnreadableFileException { Reason: null } || (e is VipsException && !cancellationToken.IsCancellationRequested);

    private DateTimeOffset? CapturedAt(Image header) => CaptureTime.Read(
        PageImage.ExifText(header, "exif-ifd2-DateTimeOriginal"),
        PageImage.ExifText(header, "exif-ifd2-OffsetTimeOriginal"),
        options.TimeZone);

    /// <summary>The array itself where the memory is all of one, since a copy would be megabytes.</summary>
    private static byte[] ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
