using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>What is done to a page's image, and asked of it, whichever library read it.</summary>
internal static class PageImage
{
    private const string OrientationField = "orientation";
    private const string ProfileField = "icc-profile-data";

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
}
