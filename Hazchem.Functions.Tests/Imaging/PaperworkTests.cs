using BitMiracle.LibTiff.Classic;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;
using Threshold = Hazchem.Functions.Imaging.Threshold;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class PaperworkTests
{
    [Fact]
    public void Bilevel_scan_within_the_limit_passes_byte_for_byte()
    {
        // As a scanner writes it: what libvips saves holds a description besides.
        var scan = Pictures.Convert(SamplePictures.Scan(1), TargetShape.Paperwork).Content.ToArray();

        var again = Pictures.Convert(scan, TargetShape.Paperwork);

        again.Content.ToArray().Should().Equal(scan);
        again.Pages.Should().Be(3);
    }

    [Theory]
    [InlineData(TiffTag.SOFTWARE, true)]
    [InlineData(TiffTag.DATETIME, true)]
    [InlineData(TiffTag.XRESOLUTION, false)]
    [InlineData(TiffTag.YRESOLUTION, false)]
    public void Scan_that_says_more_than_is_needed_or_not_how_large_it_is_is_written_anew(TiffTag tag, bool isThere)
    {
        var bits = Threshold.At(Papers.Text(), 128);
        var plain = TiffPage.Of(Group4Tiff.Code(new BilevelPage(1654, 2339, 200, 200, bits)).Code, 1654, 2339, 4, 0, [1]);
        var scan = TiffFile.Write(
        [
            plain with
            {
                Entries =
                [
                    .. plain.Entries.Where(entry => entry.Tag != (int)tag)
                        .Concat(isThere ? [((int)tag, 2, [.. "J. Bloggs was here\0"u8.ToArray().Select(letter => (long)letter)])] : [])
                        .OrderBy(entry => entry.Tag),
                ],
            },
        ]);
        Pictures.Convert(TiffFile.Write([plain]), TargetShape.Paperwork).Content.ToArray().Should().Equal(TiffFile.Write([plain]));

        var converted = Pictures.Convert(scan, TargetShape.Paperwork);

        converted.Content.Span.IndexOf("Bloggs"u8).Should().Be(-1);
        using var page = Pictures.Open(converted.Content);
        page.WriteToMemory<byte>().Should().Equal(Papers.Points(bits, 1654, 2339));
        (page.Xres * 25.4).Should().BeApproximately(200, 1);
        (page.Yres * 25.4).Should().BeApproximately(200, 1);
    }

    [Fact]
    public void Scan_keeps_its_pages_points_and_resolution_in_one_strip_a_page()
    {
        var scan = SamplePictures.Scan(1, pages: 3);

        var converted = Pictures.Convert(Describe(scan), TargetShape.PictureOrPaperwork);

        converted.Format.Should().Be(PictureFormat.Tiff);
        converted.Pages.Should().Be(3);
        for (var page = 0; page < 3; page++)
        {
            using var before = Pictures.Open(scan, page, tiff: true);
            using var after = Pictures.Open(converted.Content, page, tiff: true);
            after.WriteToMemory<byte>().AsSpan().SequenceEqual(before.WriteToMemory<byte>()).Should().BeTrue();
            (after.Xres * 25.4).Should().BeApproximately(200, 0.5);
        }

        using var tiff = Read(converted.Content);
        do
        {
            tiff.GetField(TiffTag.COMPRESSION)[0].ToInt().Should().Be((int)Compression.CCITTFAX4);
            tiff.NumberOfStrips().Should().Be(1);
            tiff.GetField(TiffTag.IMAGEDESCRIPTION).Should().BeNull();
        }
        while (tiff.ReadDirectory());
    }

    [Fact]
    public void Shadowed_page_keeps_its_letters_and_loses_the_shadow()
    {
        var content = Pictures.Convert(SamplePictures.ShadowedPage(1), TargetShape.Paperwork).Content;

        using var after = Pictures.Open(content);
        var ink = after.WriteToMemory<byte>().Count(point => point == 0) / (double)((long)after.Width * after.Height);
        ink.Should().BeInRange(0.03, 0.2);
        after.Getpoint(after.Width - 20, after.Height - 20).Should().Equal(255);
        after.Getpoint(20, after.Height - 20).Should().Equal(255);
    }

    [Fact]
    public void Pages_of_mixed_sizes_keep_their_own()
    {
        Group4Page[] pages =
        [
            Group4Tiff.Code(new BilevelPage(800, 1000, 200, 200, new byte[100 * 1000])),
            Group4Tiff.Code(new BilevelPage(1200, 700, 100, 100, new byte[150 * 700])),
        ];

        var converted = Pictures.Convert(Describe(Group4Tiff.Write(pages)), TargetShape.Paperwork);

        using var first = Pictures.Open(converted.Content, 0, tiff: true);
        using var second = Pictures.Open(converted.Content, 1, tiff: true);
        (first.Width, first.Height, second.Width, second.Height).Should().Be((800, 1000, 1200, 700));
    }

    [Theory]
    [InlineData(300_000)]
    [InlineData(80_000)]
    [InlineData(70_000)]
    public void Grey_scan_fits_any_limit_above_the_floor_with_all_its_pages(int maxBytes)
    {
        var converted = Pictures.Convert(SamplePictures.GreyScan(2), TargetShape.Paperwork, maxBytes);

        converted.Pages.Should().Be(2);
        using var image = Pictures.Open(converted.Content);
        (image.Xres * 25.4).Should().BeGreaterThan(110);
    }

    [Fact]
    public void Scan_below_the_floor_is_refused_with_what_to_do()
    {
        Pictures.Refuse(SamplePictures.GreyScan(1), TargetShape.Paperwork, 10_000)
            .Should().Be("The 2 pages cannot be made to fit 10,000 bytes and stay readable. Scan in black and white, or fewer pages a file, and drop it again.");
    }

    [Fact]
    public void Same_scan_twice_gives_the_same_bytes()
    {
        var scan = SamplePictures.GreyScan(1);

        var first = Pictures.Convert(scan, TargetShape.Paperwork).Content.ToArray();

        Pictures.Convert(scan, TargetShape.Paperwork).Content.ToArray().Should().Equal(first);
    }

    [Fact]
    public void Photo_of_paper_held_sideways_becomes_an_upright_page()
    {
        using var page = Image.NewFromBuffer(SamplePictures.ShadowedPage(3));
        using var turned = page.Rot270();
        using var marked = turned.Mutate(image => image.Set(GValue.GIntType, "orientation", 6));

        var converted = Pictures.Convert(marked.JpegsaveBuffer(), TargetShape.Paperwork);

        using var after = Pictures.Open(converted.Content);
        (after.Height > after.Width).Should().BeTrue();
    }

    [Fact]
    public void Receipt_keeps_its_width_however_long_it_is()
    {
        using var after = Pictures.Open(Pictures.Convert(SamplePictures.GreyScan(1, pages: 1, width: 600, height: 6000), TargetShape.Paperwork).Content);

        (after.Width, after.Height).Should().Be((600, 6000));
        (after.Xres * 25.4).Should().BeApproximately(200, 0.5);
    }

    [Fact]
    public void Proof_of_delivery_from_a_photo_is_a_jpeg()
    {
        Pictures.Convert(SamplePictures.Photo(1), TargetShape.PictureOrPaperwork).Format.Should().Be(PictureFormat.Jpeg);
    }

    [Theory]
    [InlineData(Compression.CCITTFAX4, 0)]
    [InlineData(Compression.CCITTFAX3, 0)]
    [InlineData(Compression.CCITTFAX3, 5)]
    [InlineData(Compression.CCITTRLE, 0)]
    public void Fax_page_whose_code_is_damaged_is_refused_and_a_whole_one_is_not(Compression compression, int options)
    {
        foreach (var rowsPerStrip in new[] { 2339, 128 })
        {
            var fax = Fax(compression, options, rowsPerStrip);
            var damaged = (byte[])fax.Clone();
            using (var tiff = Read(fax))
            {
                tiff.SetDirectory(1);
                var strip = tiff.NumberOfStrips() * 4 / 10;
                var at = tiff.GetField(TiffTag.STRIPOFFSETS)[0].ToIntArray()[strip];
                damaged.AsSpan(at, (int)tiff.RawStripSize(strip))[((int)tiff.RawStripSize(strip) * 4 / 10)..].Clear();
            }

            foreach (var converter in new[] { Pictures.Converter, new ImageConverter(Pictures.Options with { Straighten = true }) })
            {
                converter.Convert(fax, TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken)
                    .Should().BeOfType<ConversionResult.Converted>();
                converter.Convert(damaged, TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken)
                    .Should().BeOfType<ConversionResult.Refused>().Which.Reason.Should().StartWith("Page 2 of 2 is damaged");
            }
        }
    }

    [Fact]
    public void Fax_by_telephone_that_lost_a_row_is_not_damaged()
    {
        var fax = Fax(Compression.CCITTFAX3, options: 0, rowsPerStrip: 2339);
        using (var tiff = Read(fax))
        {
            fax.AsSpan(tiff.GetField(TiffTag.STRIPOFFSETS)[0].ToIntArray()[0] + ((int)tiff.RawStripSize(0) / 2), 2).Clear();
        }

        Pictures.Convert(fax, TargetShape.Paperwork).Pages.Should().Be(2);
    }

    [Fact]
    public void Estimate_is_of_the_largest_page_at_its_full_size()
    {
        Estimate(SamplePictures.Photo(1, 2400, 1800)).Should().Be(3 * 2400 * 1800 * 3);
        Estimate(SamplePictures.Scan(1)).Should().Be(3 * 1654 * 2339);
        Estimate(SamplePictures.GreyScan(1)).Should().Be(3 * 1654 * 2339);
    }

    [Fact]
    public void Estimate_counts_what_coarse_pages_are_enlarged_by()
    {
        // A strip that is taken for as wide as A4, and pages that say their resolution.
        using var strip = Image.Black(550, 4000);
        using var pages = Image.Black(827, 2 * 1169);
        const double resolution = 100 / 25.4;

        Estimate(strip.PngsaveBuffer()).Should().Be((3 * 550 * 4000) + (3 * 8 * 550 * 4000));
        Estimate(pages.TiffsaveBuffer(xres: resolution, yres: resolution, pageHeight: 1169)).Should().Be((3 * 827 * 1169) + (3 * 3 * 827 * 1169));
        Estimate(pages.TiffsaveBuffer(xres: resolution, yres: resolution, pageHeight: 1169, bitdepth: 1)).Should().Be(3 * 827 * 1169);
    }

    private static long Estimate(byte[] content) => Pictures.Converter.EstimateMemory(content, TestContext.Current.CancellationToken);

    /// <summary>Two pages of letters.</summary>
    private static byte[] Fax(Compression compression, int options, int rowsPerStrip)
    {
        using var stream = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("fax", "w", stream, new TiffStream()))
        {
            for (var page = 1; page <= 2; page++)
            {
                var text = Papers.Text(page);
                var bits = Threshold.At(text, 128);
                tiff.SetField(TiffTag.IMAGEWIDTH, text.Width);
                tiff.SetField(TiffTag.IMAGELENGTH, text.Height);
                tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
                tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
                tiff.SetField(TiffTag.COMPRESSION, compression);
                tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISWHITE);
                tiff.SetField(TiffTag.ROWSPERSTRIP, rowsPerStrip);
                tiff.SetField(TiffTag.XRESOLUTION, 200d);
                tiff.SetField(TiffTag.YRESOLUTION, 200d);
                if (compression == Compression.CCITTFAX3)
                {
                    tiff.SetField(TiffTag.GROUP3OPTIONS, options);
                }

                var stride = bits.Length / text.Height;
                for (var row = 0; row < text.Height; row += rowsPerStrip)
                {
                    var strip = bits.AsSpan(row * stride, Math.Min(rowsPerStrip, text.Height - row) * stride).ToArray();
                    tiff.WriteEncodedStrip(row / rowsPerStrip, strip, strip.Length);
                }

                tiff.WriteDirectory();
            }
        }

        return stream.ToArray();
    }

    /// <summary>The scan with somebody's name in it, so that it may not pass as it came.</summary>
    private static byte[] Describe(byte[] scan)
    {
        using var source = Read(scan);
        using var stream = new MemoryStream();
        using (var target = Tiff.ClientOpen("described", "w", stream, new TiffStream()))
        {
            do
            {
                foreach (var tag in (TiffTag[])[TiffTag.IMAGEWIDTH, TiffTag.IMAGELENGTH, TiffTag.BITSPERSAMPLE, TiffTag.SAMPLESPERPIXEL, TiffTag.COMPRESSION, TiffTag.PHOTOMETRIC, TiffTag.ROWSPERSTRIP])
                {
                    target.SetField(tag, source.GetField(tag)[0].ToInt());
                }

                target.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
                target.SetField(TiffTag.XRESOLUTION, 200.0);
                target.SetField(TiffTag.YRESOLUTION, 200.0);
                target.SetField(TiffTag.IMAGEDESCRIPTION, "J. Bloggs");
                for (var strip = 0; strip < source.NumberOfStrips(); strip++)
                {
                    var code = new byte[source.RawStripSize(strip)];
                    source.ReadRawStrip(strip, code, 0, code.Length);
                    target.WriteRawStrip(strip, code, code.Length);
                }

                target.WriteDirectory();
            }
            while (source.ReadDirectory());
        }

        return stream.ToArray();
    }

    private static Tiff Read(ReadOnlyMemory<byte> content) =>
        Tiff.ClientOpen("read", "r", new MemoryStream(content.ToArray()), new TiffStream());
}
