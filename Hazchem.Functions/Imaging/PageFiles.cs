namespace Hazchem.Functions.Imaging;

/// <summary>Opens a file with the library that reads its format.</summary>
internal static class PageFiles
{
    public static IPageFile Open(byte[] content, PictureFormat format) => new VipsFile(content, format);
}
