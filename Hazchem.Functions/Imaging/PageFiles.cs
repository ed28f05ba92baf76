using Hazchem.Functions.Imaging.Pdf;

namespace Hazchem.Functions.Imaging;

/// <summary>Opens a file with the library that reads its format.</summary>
internal static class PageFiles
{
    public static IPageFile Open(byte[] content, PictureFormat format, ImagingOptions options) => format switch
    {
        PictureFormat.Pdf => new PdfFile(content, options),
        PictureFormat.Tiff => new TiffFile(content, options),
        PictureFormat.Jpeg => new JpegFile(content),
        PictureFormat.Heic or PictureFormat.Bmp => new MagickFile(content, format, options),
        _ => new VipsFile(content, format),
    };
}
