namespace Hazchem.Functions.Imaging;

/// <summary>What a file is by its content. Its name is never asked.</summary>
internal enum PictureFormat
{
    /// <summary>None of those below.</summary>
    Unknown,
    Jpeg,
    Png,
    Tiff,
    WebP,
    Gif,
    Avif,
    Heic,
    Bmp,
    Pdf,
    Svg,
}
