using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>What is done to a page's image, and asked of it, whichever library read it.</summary>
internal static class PageImage
{
    /// <summary>libvips' own profile of that name.</summary>
    public const string Srgb = "srgb";

    public const string OrientationField = "orientation";
    public const string ProfileField = "icc-profile-data";
    public const string BitsField = "bits-per-sample";

    private const int Upright = 1;
    private const int LastOrientation = 8;

    /// <summary>EXIF's number of how it is stored, 1 to 8; 1 is upright, and so is what has a number that means nothing.</summary>
    public static int OrientationOf(Image image) =>
        image.Contains(OrientationField) && (int)image.Get(OrientationField) is >= Upright and <= LastOrientation and var orientation
            ? orientation
            : Upright;

    /// <summary>Whether a viewer must turn the picture to show it upright.</summary>
    public static bool IsTurned(Image image) => OrientationOf(image) > Upright;

    /// <summary>Whether it is stored lying on its side: what is across there is down when it is upright.</summary>
    public static bool IsOnItsSide(Image image) => OrientationOf(image) >= 5;

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

    /// <summary>Without the samples beside its colours. One more is how transparent a point is; which of several is not known.</summary>
    public static Image WithoutOddSamples(Image image)
    {
        var colours = image.Interpretation switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => 1,
            Enums.Interpretation.Cmyk => 4,
            _ => 3,
        };
        return image.Bands > colours + 1 ? image.ExtractBand(0, n: colours) : image.Copy();
    }

    /// <summary>Grey or colour of 8 bits a channel, with white where it was transparent.</summary>
    public static Image ToEightBits(Image image, Enums.Interpretation interpretation)
    {
        using var plain = WithoutOddSamples(image);
        using var coloured = plain.Interpretation == interpretation ? plain.Copy() : plain.Colourspace(interpretation);
        using var flat = coloured.Bands > (interpretation == Enums.Interpretation.Bw ? 1 : 3) ? coloured.Flatten(background: [255]) : coloured.Copy();
        return flat.Format == Enums.BandFormat.Uchar ? flat.Copy() : flat.Cast(Enums.BandFormat.Uchar);
    }

    /// <summary>
    /// A page with as many points an inch down as across: the denser side keeps its points and the other gets more. A fax
    /// of 204 by 98 would look squashed otherwise.
    /// </summary>
    public static Image Square(Image stored, PictureFormat format)
    {
        var (width, height) = TrueSize(stored, format);
        return width == stored.Width && height == stored.Height
            ? stored.Copy()
            : stored.Resize(width / (double)stored.Width, vscale: height / (double)stored.Height);
    }

    /// <summary>
    /// How many points an image has, as it is stored, where each is as high as it is wide. What cameras and programs say of
    /// a picture's points is not heeded, as viewers do not.
    /// </summary>
    public static (int Width, int Height) TrueSize(Image stored, PictureFormat format)
    {
        if (!format.HasPages())
        {
            return (stored.Width, stored.Height);
        }

        var size = PageSize.Of(stored, format);
        var (across, down) = IsOnItsSide(stored) ? (size.HeightInches, size.WidthInches) : (size.WidthInches, size.HeightInches);
        var dpi = Math.Max(stored.Width / across, stored.Height / down);
        return ((int)Math.Round(across * dpi), (int)Math.Round(down * dpi));
    }

    /// <summary>
    /// Upright, no longer on either side than <paramref name="longSide"/> pixels, in sRGB or grey, 8 bits, flattened on
    /// white, in memory.
    /// </summary>
    public static Image Shrink(Image stored, int longSide, CancellationToken cancellationToken)
    {
        using var shrunk = stored.ThumbnailImage(
            longSide,
            height: longSide,
            size: Enums.Size.Down,
            noRotate: true,
            outputProfile: NeedsProfile(stored) ? Srgb : null);
        return ToPlainMemory(shrunk, cancellationToken);
    }

    /// <summary>
    /// Whether colours must be converted by their profile. Doing so to every picture costs more than twice the time, and one
    /// without a profile is sRGB anyway, or of inks, which libvips converts without being asked.
    /// </summary>
    public static bool NeedsProfile(Image image) =>
        ProfileOf(image) is { } profile && !SrgbProfile.Is(profile, IsGrey(image));

    public static bool IsGrey(Image image) => image.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16;

    /// <summary>Decodes what is small enough already, and turns it upright, to sRGB or grey of 8 bits.</summary>
    public static Image ToPlainMemory(Image shrunk, CancellationToken cancellationToken)
    {
        using var plain = ToEightBits(
            shrunk,
            IsGrey(shrunk) ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        var stored = ToMemory(plain, cancellationToken);
        if (!IsTurned(shrunk))
        {
            return stored;
        }

        using (stored)
        {
            return Turning.Apply(stored, OrientationOf(shrunk), cancellationToken);
        }
    }

    /// <summary>Decodes, until it is cancelled.</summary>
    public static Image ToMemory(Image image, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.Register(() => image.SetKill(true));
        return image.CopyMemory();
    }
}
