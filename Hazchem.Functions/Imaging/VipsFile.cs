using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A file that libvips reads. Which of a TIFF's pages there are is for <see cref="TiffFile"/> to say.</summary>
/// <param name="failOn">What its decoder finds that makes the file count as damaged.</param>
internal sealed class VipsFile(byte[] content, PictureFormat format, Enums.FailOn failOn = Enums.FailOn.Error) : IPageFile
{
    /// <summary>By how much its decoder can shrink a JPEG: by this, a half and a quarter of it.</summary>
    public const int MostShrinkOfJpeg = 8;

    // libvips reads from our memory while an image is open, so the sources live as long as this.
    private readonly List<Source> _sources = [];

    public PictureFormat Format => format;

    public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken)
    {
        using var first = Open(0, cancellationToken);
        return new PictureHeader(format, first.Width, first.Height, first.Bands * SizeOf(first.Format), Pages: 1)
        {
            AddedPoints = PaperPages.AddedPoints(PageSize.Of(first.Width, first.Height, first.Xres, first.Yres, format), first.Width, first.Height),
        };
    }

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = format == PictureFormat.Tiff ? new VOption { { "page", page } } : null;
        return Image.NewFromSource(NewSource(), access: access, failOn: failOn, kwargs: options);
    }

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        using var header = Open(0, cancellationToken);
        if (format == PictureFormat.Jpeg)
        {
            // The thumbnailer would decode at least twice the length and shrink that, which takes longer and looks no better.
            var shrink = MostShrinkOfJpeg;
            while (shrink > 1 && (Math.Max(header.Width, header.Height) / shrink < longSide || Math.Min(header.Width, header.Height) < shrink))
            {
                shrink /= 2;
            }

            using var decoded = Image.NewFromSource(
                NewSource(), access: Enums.Access.Sequential, failOn: failOn, kwargs: new VOption { { "shrink", shrink } });
            return PageImage.Shrink(decoded, longSide, cancellationToken);
        }

        // The thumbnailer's own failOn does not reach the loader: a cut file would come out half grey.
        using var shrunk = Image.ThumbnailSource(
            NewSource(),
            longSide,
            optionString: FormattableString.Invariant($"fail_on={(failOn == Enums.FailOn.Warning ? "warning" : "error")}"),
            height: longSide,
            size: Enums.Size.Down,
            noRotate: true,
            outputProfile: PageImage.NeedsProfile(header) ? PageImage.Srgb : null);
        return PageImage.ToPlainMemory(shrunk, cancellationToken);
    }

    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private Source NewSource()
    {
        var source = Source.NewFromMemory(content);
        _sources.Add(source);
        return source;
    }

    private static int SizeOf(Enums.BandFormat bandFormat) => bandFormat switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        Enums.BandFormat.Double or Enums.BandFormat.Complex => 8,
        _ => 16,
    };
}
