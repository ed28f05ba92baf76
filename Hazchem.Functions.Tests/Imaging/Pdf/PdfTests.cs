using System.Globalization;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Imaging.Pdf;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging.Pdf;

public sealed class PdfTests
{
    private const string BilevelPicture = "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode";
    private const string JpegPicture = "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode";

    [Fact]
    public void Page_made_by_an_office_is_drawn_at_300_points_an_inch_where_things_are()
    {
        var pdf = new SamplePdf();
        var font = pdf.Font();
        var content = SamplePdf.Rectangles((1, 9, 2, 1)) + "BT /F1 40 Tf 72 360 Td (Delivered in good order) Tj ET";
        pdf.Page(8, 11, content, SamplePdf.Text($"/Font << /F1 {font} 0 R >>"));

        var converted = Pictures.Convert(pdf.Write(), TargetShape.PictureOrPaperwork);

        converted.Format.Should().Be(PictureFormat.Tiff);
        converted.Pages.Should().Be(1);
        using var page = Pictures.Open(converted.Content);
        (page.Width, page.Height).Should().Be((8 * 300, 11 * 300));
        (page.Xres * 25.4).Should().BeApproximately(300, 0.5);
        Ink(page, 310, 310, 580, 280).Should().Be(1);
        Ink(page, 0, 0, 290, 3300).Should().Be(0);
        Ink(page, 910, 0, 1490, 1600).Should().Be(0);
        Ink(page, 300, 1650, 1400, 160).Should().BeInRange(0.05, 0.5);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(90, 0, 0)]
    [InlineData(180, 1, 0)]
    [InlineData(270, 1, 1)]
    public void Turned_page_is_upright(int turn, int column, int row)
    {
        // Its mark is at the lower left before it is turned clockwise.
        var mark = new byte[150 * 1600];
        for (var y = 1200; y < 1600; y++)
        {
            mark.AsSpan(y * 150, 50).Fill(0xFF);
        }

        var fax = Group4Tiff.Code(new BilevelPage(1200, 1600, 200, 200, mark)).Code;
        var extra = SamplePdf.Text($"/Rotate {turn}");
        byte[][] files =
        [
            new SamplePdf().Page(6, 8, SamplePdf.Rectangles((0, 0, 2, 2)), extra: extra).Write(),
            new SamplePdf().Scan(6, 8, Fax(1200, 1600), fax, extra).Write(),
        ];
        foreach (var file in files)
        {
            using var page = Pictures.Open(Pictures.Convert(file, TargetShape.Paperwork).Content);
            var upright = turn % 180 == 0;
            (page.Width > page.Height).Should().Be(!upright);
            var dpi = (int)Math.Round(page.Xres * 25.4);
            (page.Width, page.Height).Should().Be(upright ? (6 * dpi, 8 * dpi) : (8 * dpi, 6 * dpi));
            var side = 2 * dpi;
            Ink(page, column == 0 ? 5 : page.Width - side + 5, row == 0 ? 5 : page.Height - side + 5, side - 10, side - 10).Should().Be(1);
            Ink(page, 0, 0, page.Width, page.Height).Should().BeApproximately(4.0 / 48, 0.001);
        }
    }

    [Theory]
    [InlineData(300, 300)]
    [InlineData(204, 98)]
    [InlineData(600, 600)]
    public void Scan_in_black_and_white_keeps_its_own_points_and_resolution(int across, int down)
    {
        var scan = Noise(4 * across, 5 * down);
        var pdf = new SamplePdf()
            .Scan(4, 5, Fax(4 * across, 5 * down), Group4Tiff.Code(new BilevelPage(4 * across, 5 * down, across, down, scan)).Code)
            .Write();

        using var page = Pictures.Open(Pictures.Convert(pdf, TargetShape.Paperwork, maxBytes: 5_000_000).Content);

        (page.Width, page.Height).Should().Be((4 * across, 5 * down));
        (page.Xres * 25.4).Should().BeApproximately(across, 0.5);
        (page.Yres * 25.4).Should().BeApproximately(down, 0.5);
        Pack(page).Should().Equal(scan);
    }

    [Fact]
    public void Scan_in_black_and_white_with_its_colours_exchanged_is_drawn_as_the_PDF_says()
    {
        var scan = Noise(1200, 1500);
        var code = Group4Tiff.Code(new BilevelPage(1200, 1500, 300, 300, scan)).Code;
        var pdf = new SamplePdf().Scan(4, 5, Fax(1200, 1500) + " /Decode [1 0]", code).Write();

        using var page = Pictures.Open(Pictures.Convert(pdf, TargetShape.Paperwork, maxBytes: 5_000_000).Content);

        Pack(page).Should().Equal(scan.Select(points => (byte)~points));
    }

    [Fact]
    public void Text_that_OCR_put_under_a_scan_does_not_change_its_points()
    {
        var scan = Noise(1600, 2000);
        var pdf = new SamplePdf();
        var font = pdf.Font();
        var image = pdf.Stream(
            "/Type /XObject /Subtype /Image " + Fax(1600, 2000),
            Group4Tiff.Code(new BilevelPage(1600, 2000, 400, 400, scan)).Code);
        pdf.Page(
            4,
            5,
            "BT 3 Tr /F1 12 Tf 72 72 Td (found by OCR) Tj ET " + SamplePdf.FullPage(4, 5),
            SamplePdf.Text($"/Font << /F1 {font} 0 R >> /XObject << /Im0 {image} 0 R >>"));

        using var page = Pictures.Open(Pictures.Convert(pdf.Write(), TargetShape.Paperwork, maxBytes: 5_000_000).Content);

        Pack(page).Should().Equal(scan);
    }

    [Fact]
    public void Stamp_over_a_scan_is_seen()
    {
        var code = Group4Tiff.Code(new BilevelPage(800, 1000, 200, 200, new byte[100 * 1000])).Code;
        var pdf = new SamplePdf();
        var image = pdf.Stream("/Type /XObject /Subtype /Image " + Fax(800, 1000), code);
        pdf.Page(4, 5, SamplePdf.FullPage(4, 5) + " " + SamplePdf.Rectangles((1, 1, 1, 1)), SamplePdf.Text($"/XObject << /Im0 {image} 0 R >>"));

        using var page = Pictures.Open(Pictures.Convert(pdf.Write(), TargetShape.Paperwork).Content);

        Ink(page, 310, 910, 280, 280).Should().Be(1);
    }

    [Fact]
    public void Scan_that_is_a_JPEG_looks_as_the_JPEG_does()
    {
        var jpeg = SamplePictures.Photo(1, orientation: 6);
        using var original = Pictures.Open(jpeg);
        var (width, height) = (original.Width / 150.0, original.Height / 150.0);
        var plain = SamplePdf.Text($"/Width {original.Width} /Height {original.Height} {JpegPicture}");

        // What is said of masks keeps the app from taking the JPEG as it is.
        var taken = new SamplePdf().Scan(width, height, plain, jpeg).Write();
        var drawn = new SamplePdf { CatalogExtra = "/Mask null" }.Scan(width, height, plain, jpeg).Write();

        using var first = Pictures.Open(Pictures.Convert(taken, TargetShape.Paperwork).Content);
        using var second = Pictures.Open(Pictures.Convert(drawn, TargetShape.Paperwork).Content);

        (first.Width > first.Height).Should().Be(original.Width > original.Height);
        (first.Width, first.Height).Should().Be((second.Width, second.Height));
        Difference(first, second).Should().BeLessThan(0.05);
    }

    [Fact]
    public void Pages_of_mixed_sizes_keep_their_own()
    {
        var pdf = new SamplePdf()
            .Page(8, 11, SamplePdf.Rectangles((1, 1, 1, 1)))
            .Page(4, 6, SamplePdf.Rectangles((1, 1, 1, 1)))
            .Page(11, 8, SamplePdf.Rectangles((1, 1, 1, 1)))
            .Write();

        var converted = Pictures.Convert(pdf, TargetShape.Paperwork);

        converted.Pages.Should().Be(3);
        Enumerable.Range(0, 3).Select(number =>
        {
            using var page = Pictures.Open(converted.Content, number, tiff: true);
            return (page.Width, page.Height);
        }).Should().Equal((2400, 3300), (1200, 1800), (3300, 2400));
    }

    [Fact]
    public void Delivery_image_is_the_one_page_of_a_PDF_in_colour()
    {
        var pdf = new SamplePdf().Page(4, 6, "1 0 0 rg " + SamplePdf.Rectangles((0, 0, 4, 3))).Write();

        var converted = Pictures.Convert(pdf, TargetShape.OnePicture);

        converted.Format.Should().Be(PictureFormat.Jpeg);
        using var picture = Pictures.Open(converted.Content);
        (picture.Height / (double)picture.Width).Should().BeApproximately(1.5, 0.01);
        var below = picture.Getpoint(picture.Width / 2, picture.Height * 3 / 4);
        below[0].Should().BeGreaterThan(230);
        below[1].Should().BeLessThan(30);
        picture.Getpoint(picture.Width / 2, picture.Height / 4).Should().OnlyContain(value => value > 230);
    }

    [Fact]
    public void Delivery_image_of_several_pages_is_refused()
    {
        var pdf = new SamplePdf().Page(4, 6, "").Page(4, 6, "").Write();

        Pictures.Refuse(pdf, TargetShape.OnePicture).Should().Contain("2 pages").And.Contain("POD");
    }

    [Fact]
    public void Field_of_a_form_and_annotation_are_drawn()
    {
        var pdf = new SamplePdf();
        var look = pdf.Stream("/Type /XObject /Subtype /Form /BBox [0 0 72 72]", "0 0 72 72 re f"u8.ToArray());
        var field = pdf.Add(SamplePdf.Text(
            $"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /Rect [72 72 144 144] /F 4 /AP << /N {look} 0 R >> >>"));
        var stamp = pdf.Add(SamplePdf.Text(
            $"<< /Type /Annot /Subtype /Stamp /Rect [216 72 288 144] /F 4 /AP << /N {look} 0 R >> >>"));
        pdf.CatalogExtra = SamplePdf.Text($"/AcroForm << /Fields [{field} 0 R] >>");
        pdf.Page(8, 11, "", extra: SamplePdf.Text($"/Annots [{field} 0 R {stamp} 0 R]"));

        using var page = Pictures.Open(Pictures.Convert(pdf.Write(), TargetShape.Paperwork).Content);

        Ink(page, 310, (9 * 300) + 10, 280, 280).Should().Be(1);
        Ink(page, 910, (9 * 300) + 10, 280, 280).Should().Be(1);
        Ink(page, 610, (9 * 300) + 10, 280, 280).Should().Be(0);
    }

    [Fact]
    public void Estimate_is_of_the_picture_where_it_has_more_points_than_the_page_is_drawn_with()
    {
        var sandbox = PdfFile.MaxMemory(0);
        long Estimate(byte[] pdf) => Pictures.Converter.EstimateMemory(pdf, TestContext.Current.CancellationToken) - pdf.Length - sandbox;
        byte[] fine = new SamplePdf().Scan(8, 11, Fax(4800, 6600), Group4Tiff.Code(new BilevelPage(8, 8, 600, 600, new byte[8])).Code).Write();
        byte[] large = new SamplePdf().Scan(8, 11, "/Height 8000 /Width 6000 " + JpegPicture, [0xFF, 0xD8]).Write();
        byte[] huge = new SamplePdf().Scan(8, 11, "/Height 80000 /Width 60000 " + JpegPicture, [0xFF, 0xD8]).Write();

        Estimate(new SamplePdf().Page(8, 11, "").Write()).Should().Be(3 * 2400 * 3300);
        Estimate(fine).Should().Be(3 * 4800 * 6600);
        Estimate(large).Should().Be(3 * 3 * 6000 * 8000);
        Estimate(huge).Should().Be(3L * 3 * Pictures.Options.MaxPixels);
    }

    [Fact]
    public void Pixels_in_all_are_those_of_the_scans_where_they_are_finer_than_the_header_tells()
    {
        var blank = Group4Tiff.Code(new BilevelPage(4800, 6600, 600, 600, new byte[600 * 6600])).Code;
        var pdf = new SamplePdf().Scan(8, 11, Fax(4800, 6600), blank).Scan(8, 11, Fax(4800, 6600), blank).Write();
        ConversionResult Convert(int megapixels) => new ImageConverter(Pictures.Options with { MaxTotalMegapixels = megapixels })
            .Convert(pdf, TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken);

        Convert(60).Should().BeOfType<ConversionResult.Refused>().Which.Reason.Should().StartWith("The pages have more than 60 megapixels in all.");
        Convert(70).Should().BeOfType<ConversionResult.Converted>();
    }

    [Fact]
    public void Sizes_of_pages_are_told_without_drawing_them()
    {
        var renderer = new PageRenderer(Pictures.Options, Pictures.Converter);

        renderer.Measure(HostilePdfTests.ShadingsWithoutEnd(), TestContext.Current.CancellationToken)
            .Should().Equal(new PageSize(8 * 25.4, 11 * 25.4, IsKnown: true));
        renderer.Measure(new SamplePdf().Page(6, 8, "").Page(6, 8, "", extra: "/Rotate 90").Page(1, 2, "").Write(), TestContext.Current.CancellationToken)
            .Should().BeEquivalentTo(
                new[] { new PageSize(152.4, 203.2, true), new PageSize(203.2, 152.4, true), new PageSize(210, 420, false) },
                options => options.WithStrictOrdering()
                    .Using<double>(context => context.Subject.Should().BeApproximately(context.Expectation, 0.1)).WhenTypeIs<double>());
    }

    [Fact]
    public void Same_PDF_gives_the_same_bytes()
    {
        var pdf = new SamplePdf().Page(8, 11, SamplePdf.Rectangles((1, 1, 3, 0.01), (2, 2, 0.5, 4))).Write();

        Pictures.Convert(pdf, TargetShape.Paperwork).Content.ToArray()
            .Should().Equal(Pictures.Convert(pdf, TargetShape.Paperwork).Content.ToArray());
    }

    /// <summary>A scan of 1,200 by 1,500 points in group 4.</summary>
    internal static byte[] Noise4() => Group4Tiff.Code(new BilevelPage(1200, 1500, 300, 300, Noise(1200, 1500))).Code;

    internal static string Fax(int width, int height) => string.Create(
        CultureInfo.InvariantCulture,
        $"/Width {width} /Height {height} {BilevelPicture} /DecodeParms << /K -1 /Columns {width} /Rows {height} >>");

    /// <summary>Ink in blocks of four by four points, the same every time.</summary>
    private static byte[] Noise(int width, int height)
    {
        var rowBytes = (width + 7) / 8;
        var bits = new byte[rowBytes * height];
        var random = new Random(1);
        for (var y = 0; y < height; y += 4)
        {
            var row = bits.AsSpan(y * rowBytes, rowBytes);
            for (var x = 0; x < width / 8; x++)
            {
                row[x] = (byte)(((random.Next(6) == 0 ? 0xF0 : 0) | (random.Next(6) == 0 ? 0x0F : 0)) & 0xFF);
            }

            for (var below = 1; below < 4 && y + below < height; below++)
            {
                row.CopyTo(bits.AsSpan((y + below) * rowBytes, rowBytes));
            }
        }

        return bits;
    }

    /// <summary>A page's points, eight a byte, 1 for ink.</summary>
    private static byte[] Pack(Image page)
    {
        var points = page.WriteToMemory<byte>();
        return Threshold.At(new GreyPage(page.Width, page.Height, 200, 200, points), 128);
    }

    /// <summary>What share of an area is ink.</summary>
    private static double Ink(Image page, int left, int top, int width, int height)
    {
        using var area = page.ExtractArea(left, top, width, height);
        using var first = area.ExtractBand(0);
        return 1 - (first.Avg() / 255);
    }

    private static double Difference(Image first, Image second)
    {
        using var difference = first - second;
        using var absolute = difference.Abs();
        return absolute.Avg() / 255;
    }
}
