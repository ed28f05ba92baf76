using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A file that libvips reads, page by page. What it throws for bad content is <see cref="VipsException"/>.</summary>
internal sealed class PictureFile(byte[] content, PictureFormat format) : IDisposable
{
    private const string PagesField = "n-pages";
    private const string OrientationField = "orientation";
    private const string ProfileField = "icc-profile-data";

    // libvips reads from our memory while an image is open, so the sources live as long as this.
    private readonly List<Source> _sources = [];

    public PictureFormat Format => format;

    /// <summary>What the header says, without decoding. Of a TIFF's pages the largest counts.</summary>
    /// <param name="maxPages">A TIFF of more pages is not looked through.</param>
    public PictureHeader ReadHeader(int maxPages)
    {
        using var first = Open(0);
        var largest = HeaderOf(first, Pages(first));
        for (var page = 1; page < largest.Pages && largest.Pages <= maxPages; page++)
        {
            using var next = Open(page);
            var header = HeaderOf(next, largest.Pages);
            largest = header.DecodedBytes > largest.DecodedBytes ? header : largest;
        }

        return largest;
    }

    /// <summary>A page as it is stored; its points are read when they are asked for.</summary>
    public Image Open(int page, Enums.Access access = Enums.Access.Sequential)
    {
        var options = format == PictureFormat.Tiff ? new VOption { { "page", page } } : null;
        return Image.NewFromSource(NewSource(), access: access, failOn: Enums.FailOn.Error, kwargs: options);
    }

    /// <summary>
    /// The first page, upright and no longer on either side than <paramref name="longSide"/>, in sRGB or grey, 8 bits,
    /// flattened on white, in memory. Decoders that can do so decode no more than is needed.
    /// </summary>
    public Image OpenShrunk(int longSide, CancellationToken cancellationToken)
    {
        using var header = Open(0);

        // Doing this to every picture costs more than twice the time, and one without a profile is sRGB anyway.
        var profile = header.Interpretation == Enums.Interpretation.Cmyk || ProfileOf(header) is not null ? "srgb" : null;

        // The thumbnailer's own failOn does not reach the loader: a cut file would come out half grey.
        using var shrunk = Image.ThumbnailSource(
            NewSource(),
            longSide,
            optionString: "fail_on=error",
            height: longSide,
            size: Enums.Size.Down,
            outputProfile: profile);
        using var plain = ToEightBits(
            shrunk,
            shrunk.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return ToMemory(plain, cancellationToken);
    }

    /// <summary>Whether a viewer must turn the picture to show it upright.</summary>
    public static bool IsTurned(Image image) => image.Contains(OrientationField) && (int)image.Get(OrientationField) > 1;

    /// <summary>The embedded colour profile, or null for none.</summary>
    public static byte[]? ProfileOf(Image image) => image.Contains(ProfileField) ? (byte[])image.Get(ProfileField) : null;

    /// <summary>One of EXIF's texts, or null for none.</summary>
    public static string? ExifText(Image image, string field)
    {
        if (!image.Contains(field))
        {
            return null;
        }

        // libvips appends what it knows of the value: "text (text, ASCII, 20 components, 20 bytes)".
        var text = (string)image.Get(field);
        var end = text.IndexOf(" (", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    /// <summary>Grey or colour of 8 bits a channel, with white where it was transparent.</summary>
    public static Image ToEightBits(Image image, Enums.Interpretation interpretation)
    {
        using var coloured = image.Interpretation == interpretation ? image.Copy() : image.Colourspace(interpretation);
        using var flat = coloured.HasAlpha() ? coloured.Flatten(background: [255]) : coloured.Copy();
        return flat.Format == Enums.BandFormat.Uchar ? flat.Copy() : flat.Cast(Enums.BandFormat.Uchar);
    }

    /// <summary>Decodes, until it is cancelled.</summary>
    public static Image ToMemory(Image image, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.Register(() => image.SetKill(true));
        return image.CopyMemory();
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
