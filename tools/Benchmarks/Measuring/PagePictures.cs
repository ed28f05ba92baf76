using ImageMagick;
using NetVips;

namespace Hazchem.Benchmarks.Measuring;

/// <summary>The pages of a scan as PNG files, upright, for <see cref="Tesseract"/>.</summary>
internal static class PagePictures
{
    /// <returns>The files' paths in <paramref name="folder"/>.</returns>
    public static List<string> Write(byte[] scan, string folder, string name)
    {
        var files = new List<string>();
        using var first = Image.NewFromBuffer(scan);
        var isTiff = ((string)first.Get("vips-loader")).StartsWith("tiff", StringComparison.Ordinal);
        var pages = isTiff && first.Contains("n-pages") ? (int)first.Get("n-pages") : 1;
        for (var page = 0; page < pages; page++)
        {
            var file = Path.Combine(folder, $"{name}-{page}.png");
            try
            {
                using var stored = Image.NewFromBuffer(scan, kwargs: isTiff ? new VOption { { "page", page } } : null);
                using var upright = stored.Autorot();
                using var grey = upright.Colourspace(Enums.Interpretation.Bw);
                using var flat = grey.HasAlpha() ? grey.Flatten(background: [255]) : grey.Copy();
                flat.Pngsave(file, compression: 1);
            }
            catch (VipsException)
            {
                // Old-style JPEG, which the libtiff in libvips does not decode.
                using var stored = new MagickImage(scan, new MagickReadSettings { FrameIndex = (uint)page, FrameCount = 1 });
                stored.AutoOrient();
                stored.ColorSpace = ColorSpace.Gray;
                stored.Write(file, MagickFormat.Png);
            }

            files.Add(file);
        }

        return files;
    }
}
