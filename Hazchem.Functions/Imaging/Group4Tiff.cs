using BitMiracle.LibTiff.Classic;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Writes group 4 TIFF. libvips could, but only pages of one size and in strips of 128 rows, which cost 6 % more bytes.
/// </summary>
internal static class Group4Tiff
{
    /// <summary>Bytes a page's directory takes at most, besides its coded points.</summary>
    public const int DirectoryBytes = 300;

    /// <summary>Less than the large object heap takes. LibTiff's own would be as long as the page's bits, and cleared.</summary>
    private const int BufferBytes = 64 * 1024;

    static Group4Tiff() => LibTiffMessages.Prepare();

    public static Group4Page Code(BilevelPage page)
    {
        using var stream = new MemoryStream(BufferBytes);
        using var tiff = Open(stream, "w");
        Describe(tiff, page.Width, page.Height, page.HorizontalDpi, page.VerticalDpi, number: 0, pages: 1);
        tiff.WriteBufferSetup(null, BufferBytes);
        Check(tiff.WriteEncodedStrip(0, page.Bits, page.Bits.Length) >= 0);
        var at = tiff.GetField(TiffTag.STRIPOFFSETS)[0].ToIntArray()[0];
        var length = tiff.GetField(TiffTag.STRIPBYTECOUNTS)[0].ToIntArray()[0];
        var code = stream.GetBuffer().AsSpan(at, length).ToArray();
        return new Group4Page(page.Width, page.Height, page.HorizontalDpi, page.VerticalDpi, code);
    }

    public static byte[] Write(IReadOnlyList<Group4Page> pages)
    {
        using var stream = new MemoryStream();
        using (var tiff = Open(stream, "w"))
        {
            for (var i = 0; i < pages.Count; i++)
            {
                var page = pages[i];
                Describe(tiff, page.Width, page.Height, page.HorizontalDpi, page.VerticalDpi, i, pages.Count);
                Check(tiff.WriteRawStrip(0, page.Code, page.Code.Length) == page.Code.Length);
                Check(tiff.WriteDirectory());
            }
        }

        return stream.ToArray();
    }

    private static void Describe(
        Tiff tiff,
        int width,
        int height,
        double horizontalDpi,
        double verticalDpi,
        int number,
        int pages)
    {
        tiff.SetField(TiffTag.SUBFILETYPE, FileType.PAGE);
        tiff.SetField(TiffTag.IMAGEWIDTH, width);
        tiff.SetField(TiffTag.IMAGELENGTH, height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.COMPRESSION, Compression.CCITTFAX4);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
        tiff.SetField(TiffTag.FILLORDER, FillOrder.MSB2LSB);
        tiff.SetField(TiffTag.ORIENTATION, Orientation.TOPLEFT);
        tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.ROWSPERSTRIP, height);
        tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
        tiff.SetField(TiffTag.XRESOLUTION, horizontalDpi);
        tiff.SetField(TiffTag.YRESOLUTION, verticalDpi);
        tiff.SetField(TiffTag.PAGENUMBER, (short)number, (short)pages);
    }

    private static Tiff Open(MemoryStream stream, string mode) =>
        Tiff.ClientOpen("page", mode, stream, new TiffStream())
        ?? throw new InvalidOperationException("LibTiff could not open memory that is ours.");

    /// <summary>What is written here was made here: a failure is a fault of ours and not of the file that came.</summary>
    private static void Check(bool written)
    {
        if (!written)
        {
            throw new InvalidOperationException("LibTiff could not write a page.");
        }
    }
}
