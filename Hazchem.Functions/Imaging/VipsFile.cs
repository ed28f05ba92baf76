using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A file that libvips reads, page by page.</summary>
internal sealed class VipsFile(byte[] content, PictureFormat format) : IPageFile
{
    private const string PagesField = "n-pages";

    // libvips reads from our memory while an image is open, so the sources live as long as this.
    private readonly List<Source> _sources = [];

    public PictureFormat Format => format;

    public PictureHeader ReadHeader(int maxPages)
    {
        using var first = Open(0, CancellationToken.None);
        var largest = HeaderOf(first, Pages(first));
        for (var page = 1; page < largest.Pages && largest.Pages <= maxPages; page++)
        {
            using var next = Open(page, CancellationToken.None);
            var header = HeaderOf(next, largest.Pages);
            largest = header.DecodedBytes > largest.DecodedBytes ? header : largest;
        }

        return largest;
    }

    public Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var options = format == PictureFormat.Tiff ? new VOption { { "page", page } } : null;
        return Image.NewFromSource(NewSource(), access: access, failOn: Enums.FailOn.Error, kwargs: options);
    }

    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        using var header = Open(0, cancellationToken);

        // Doing this to every picture costs more than twice the time, and one without a profile is sRGB anyway.
        var profile = header.Interpretation == Enums.Interpretation.Cmyk || PageImage.ProfileOf(header) is not null ? "srgb" : null;

        // The thumbnailer's own failOn does not reach the loader: a cut file would come out half grey.
        using var shrunk = Image.ThumbnailSource(
            NewSource(),
            longSide,
            optionString: "fail_on=error",
            height: longSide,
            size: Enums.Size.Down,
            outputProfile: profile);
        using var plain = PageImage.ToEightBits(
            shrunk,
            shrunk.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return PageImage.ToMemory(plain, cancellationToken);
    }

    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private Source NewSource()
    {
        var source = Source.NewFromMemory(content);
        _sources.Add(source);
        return source;
    }

    private int Pages(Image image) =>
        format == PictureFormat.Tiff && image.Contains(PagesField) ? (int)image.Get(PagesField) : 1;

    private PictureHeader HeaderOf(Image image, int pages) =>
        new(format, image.Width, image.Height, image.Bands * SizeOf(image.Format), pages);

    private static int SizeOf(Enums.BandFormat bandFormat) => bandFormat switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        Enums.BandFormat.Double or Enums.BandFormat.Complex => 8,
        _ => 16,
    };
}
