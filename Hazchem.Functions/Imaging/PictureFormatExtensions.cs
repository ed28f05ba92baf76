namespace Hazchem.Functions.Imaging;

internal static class PictureFormatExtensions
{
    /// <summary>Whether offices and scanners make documents of pages in it; frames of an animation are not pages.</summary>
    public static bool HasPages(this PictureFormat format) => format is PictureFormat.Tiff or PictureFormat.Pdf;
}
