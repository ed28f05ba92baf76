using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Fuzz;

/// <summary>The whole files that are damaged: small ones of every format and coding. A new format joins by a line here.</summary>
internal static class FuzzSeeds
{
    private const int Width = 160;
    private const int Height = 120;

    public static IReadOnlyList<(string Name, byte[] Content)> Make()
    {
        using var scene = Image.NewFromBuffer(SamplePictures.Png(1, Width, Height));
        using var grey = scene.Colourspace(Enums.Interpretation.Bw);
        using var bilevel = grey > 128;
        using var deep = scene.Colourspace(Enums.Interpretation.Rgb16);
        using var frames = Image.Arrayjoin([scene, scene, scene], across: 1);
        var rgb = scene.WriteToMemory<byte>();
        var jpeg = SamplePictures.PlainJpeg(3, Width, Height);
        return
        [
            ("jpeg with EXIF", SamplePictures.Photo(1, Width, Height, orientation: 6)),
            ("jpeg", jpeg),
            ("jpeg progressive", SamplePictures.ProgressiveJpeg(2, Width, Height)),
            ("jpeg cmyk", SamplePictures.CmykJpeg(2, Width, Height)),
            ("png", SamplePictures.Png(1, Width, Height)),
            ("png of 16 bits with alpha", SamplePictures.TransparentPng(1, Width, Height)),
            ("png with a palette", SamplePictures.PalettePng(1, Width, Height)),
            ("png interlaced", scene.PngsaveBuffer(interlace: true)),
            ("webp", SamplePictures.WebP(1, Width, Height)),
            ("webp lossless", scene.WebpsaveBuffer(lossless: true)),
            ("webp animated", frames.WebpsaveBuffer(pageHeight: Height)),
            ("gif", SamplePictures.Gif(1, 3, Width, Height)),
            ("avif", SamplePictures.Avif(1, Width, Height)),
            ("heic", SamplePictures.Heic(1, 64, 96)),
            ("heic of one tile", SamplePictures.PlainHeic(9, 99, 199, ColourProfile.Of(ColourProfile.DisplayP3Primaries, "Display P3"), 96)),
            ("bmp", BmpFile.Write(124, 24)),
            ("bmp of 16 bits", BmpFile.Write(40, 16)),
            ("bmp run lengths", BmpFile.Write(40, 8, compressed: true)),
            ("bmp run lengths of 4 bits", BmpFile.Write(40, 4, compressed: true)),
            ("tiff group 4", Fax(Enums.ForeignTiffCompression.Ccittfax4)),
            ("tiff lzw", scene.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, predictor: Enums.ForeignTiffPredictor.Horizontal)),
            ("tiff deflate of 16 bits", deep.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate)),
            ("tiff packbits", grey.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Packbits)),
            ("tiff jpeg in tiles", scene.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, tile: true, tileWidth: 64, tileHeight: 64)),
            ("big tiff", scene.TiffsaveBuffer(bigtiff: true)),
            ("tiff of pages", TiffFile.Write(
                [TiffPage.Of(rgb, Width, Height, 1, 2, [8, 8, 8]), TiffPage.OldStyleJpeg(jpeg, Width, Height)], isBigEndian: true)),
            ("tiff old-style jpeg", TiffFile.Write([TiffPage.OldStyleJpeg(jpeg, Width, Height)])),
            ("pdf of text", TextPdf()),
            ("pdf of scans", ScannedPdf(jpeg, bilevel)),
        ];

        byte[] Fax(Enums.ForeignTiffCompression compression)
        {
            using var pages = Image.Arrayjoin([bilevel, bilevel], across: 1);
            return pages.TiffsaveBuffer(compression: compression, bitdepth: 1, pageHeight: Height);
        }
    }

    private static byte[] TextPdf()
    {
        var pdf = new SamplePdf();
        var font = pdf.Font();
        var content = SamplePdf.Rectangles((0.2, 0.2, 1, 0.5)) + "BT /F1 20 Tf 20 80 Td (CORROSIVE) Tj ET";
        return pdf.Page(2, 2, content, SamplePdf.Text($"/Font << /F1 {font} 0 R >>"), "/Rotate 90").Page(1, 2, "0 0 9 9 re f").Write();
    }

    private static byte[] ScannedPdf(byte[] jpeg, Image bilevel)
    {
        const double dpi = 100;
        var size = SamplePdf.Text($"/Width {Width} /Height {Height} ");
        var white = bilevel.WriteToMemory<byte>();
        byte[] ink = [.. white.Chunk(8).Select(points => points.Aggregate((byte)0, (bits, point) => (byte)((bits << 1) | (point == 0 ? 1 : 0))))];
        return new SamplePdf()
            .Scan(Width / dpi, Height / dpi, size + "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", jpeg)
            .Scan(
                Width / dpi,
                Height / dpi,
                size + SamplePdf.Text($"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {Width} /Rows {Height} >>"),
                Group4Tiff.Code(new BilevelPage(Width, Height, dpi, dpi, ink)).Code)
            .Scan(Width / dpi, Height / dpi, size + "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", SamplePdf.Deflate(white))
            .Write();
    }
}
