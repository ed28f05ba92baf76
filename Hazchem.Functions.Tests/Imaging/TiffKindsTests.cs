using BitMiracle.LibTiff.Classic;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class TiffKindsTests
{
    private const int Width = 640;
    private const int Height = 480;

    [Theory]
    [InlineData(Enums.ForeignTiffCompression.None)]
    [InlineData(Enums.ForeignTiffCompression.Lzw)]
    [InlineData(Enums.ForeignTiffCompression.Deflate)]
    [InlineData(Enums.ForeignTiffCompression.Packbits)]
    [InlineData(Enums.ForeignTiffCompression.Jpeg)]
    public void Picture_of_any_coding_and_layout_becomes_a_jpeg_that_is_upright(Enums.ForeignTiffCompression compression)
    {
        using var scene = Pictures.Open(SamplePictures.Png(1, Width, Height));
        foreach (var tile in new[] { false, true })
        {
            foreach (var bigTiff in new[] { false, true })
            {
                LooksUpright(scene.TiffsaveBuffer(compression: compression, q: 90, tile: tile, tileWidth: 128, tileHeight: 128, bigtiff: bigTiff))
                    .Should().BeTrue();
            }
        }
    }

    [Fact]
    public void Picture_of_any_depth_and_colour_becomes_a_jpeg_that_is_upright()
    {
        using var scene = Pictures.Open(SamplePictures.Png(1, Width, Height));
        using var deep = scene.Colourspace(Enums.Interpretation.Rgb16);
        using var cmyk = scene.Colourspace(Enums.Interpretation.Cmyk);
        LooksUpright(deep.TiffsaveBuffer()).Should().BeTrue();
        LooksUpright(cmyk.TiffsaveBuffer()).Should().BeTrue();

        var rgb = scene.WriteToMemory<byte>();
        byte[] planes = [.. Enumerable.Range(0, 3).SelectMany(plane => rgb.Where((_, i) => i % 3 == plane))];
        const int size = Width * Height;
        foreach (var isBigEndian in new[] { false, true })
        {
            LooksUpright(TiffFile.Write([TiffPage.Of(rgb, Width, Height, 1, 2, [8, 8, 8])], isBigEndian)).Should().BeTrue();
            LooksUpright(TiffFile.Write([TiffPage.Of(rgb, Width, Height, 1, 2, [8, 8, 8])], isBigEndian, isBig: true)).Should().BeTrue();
            LooksUpright(TiffFile.Write(
                [TiffPage.Of(
                    planes,
                    Width,
                    Height,
                    1,
                    2,
                    [8, 8, 8],
                    (273, TiffPage.LongType, [-1, -1 - size, -1 - (2 * size)]),
                    (279, TiffPage.LongType, [size, size, size]),
                    (284, TiffPage.ShortType, [2]))],
                isBigEndian)).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Picture_with_samples_that_are_no_colours_is_read_without_them(int colours)
    {
        using var scene = Pictures.Open(SamplePictures.Png(1, Width, Height));
        using var plain = colours == 3 ? scene.Copy() : scene.Colourspace(Enums.Interpretation.Bw);
        using var more = plain.Bandjoin(255, 0);
        byte[] Tiff(Image image, params (int, int, long[])[] extra) => TiffFile.Write([TiffPage.Of(
            image.WriteToMemory<byte>(), Width, Height, 1, colours == 3 ? 2 : 1, [.. Enumerable.Repeat(8, image.Bands)], extra)]);
        var odd = Tiff(more, (338, TiffPage.ShortType, [0, 0]));

        var paper = Pictures.Convert(odd, TargetShape.Paperwork);

        paper.Content.ToArray().Should().Equal(Pictures.Convert(Tiff(plain), TargetShape.Paperwork).Content.ToArray());
        Pictures.Convert(odd, TargetShape.OnePicture).Content.ToArray()
            .Should().Equal(Pictures.Convert(Tiff(plain), TargetShape.OnePicture).Content.ToArray());
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 255)]
    [InlineData(0, 2, 0)]
    public void Bilevel_page_is_not_turned_to_its_negative_or_mirrored(int photometric, int fillOrder, byte paper)
    {
        // A black bar at the left: eight points at the top, none at the bottom.
        var bits = Enumerable.Repeat(paper, 100 * 600).ToArray();
        for (var y = 0; y < 300; y++)
        {
            bits[y * 100] = fillOrder == 2 ? (byte)(paper ^ 0x0F) : (byte)(paper ^ 0xF0);
        }

        var scan = TiffFile.Write([TiffPage.Of(bits, 800, 600, 1, photometric, [1], (266, TiffPage.ShortType, [fillOrder]))]);

        using var page = Pictures.Open(Pictures.Convert(scan, TargetShape.Paperwork).Content, 0, tiff: true);
        page.Getpoint(2, 100).Should().Equal(0);
        page.Getpoint(6, 100).Should().Equal(255);
        page.Getpoint(2, 500).Should().Equal(255);
    }

    /// <summary>A page with a black block, coded in every way that scanners and programs have.</summary>
    public static TheoryData<string> Kinds => [.. Coded.Keys];

    private static readonly Dictionary<string, Func<Image, byte[]>> Coded = new()
    {
        ["group 3"] = static page => Fax(page, Compression.CCITTFAX3, 0),
        ["group 3 in two dimensions"] = static page => Fax(page, Compression.CCITTFAX3, Group3Opt.ENCODING2D | Group3Opt.FILLBITS),
        ["fax without ends of lines"] = static page => Fax(page, Compression.CCITTRLE, 0),
        ["group 4"] = static page => Fax(page, Compression.CCITTFAX4, 0),
        ["palette"] = static page => TiffFile.Write(
            [TiffPage.Of([.. page.WriteToMemory<byte>().Select(grey => (byte)(grey == 0 ? 7 : 3))], page.Width, page.Height, 1, 3, [8], (320, TiffPage.ShortType, Palette(black: 7)))]),
        ["palette of two bits"] = static page => page.TiffsaveBuffer(bitdepth: 2),
        ["16 bits"] = static page => Saved(page, Enums.Interpretation.Grey16, Enums.ForeignTiffCompression.Lzw),
        ["colour of 16 bits"] = static page => Saved(page, Enums.Interpretation.Rgb16, Enums.ForeignTiffCompression.Deflate),
        ["inks"] = static page => Saved(page, Enums.Interpretation.Cmyk, Enums.ForeignTiffCompression.Packbits),
        ["JPEG"] = static page => Saved(page, Enums.Interpretation.Srgb, Enums.ForeignTiffCompression.Jpeg),
        ["tiles"] = static page => page.TiffsaveBuffer(tile: true, tileWidth: 64, tileHeight: 64, compression: Enums.ForeignTiffCompression.Deflate),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Page_of_any_kind_shows_what_it_shows(string kind)
    {
        using var page = Block();
        var tiff = Coded[kind](page);

        ShowsBlock(Pictures.Convert(tiff, TargetShape.Paperwork).Content, 600, 800, 100, 100);
        using var picture = Pictures.Open(Pictures.Convert(tiff, TargetShape.OnePicture).Content);
        picture.Getpoint(200, 150).Should().OnlyContain(value => value < 40);
        picture.Getpoint(500, 600).Should().OnlyContain(value => value > 215);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Page_that_lies_in_any_way_comes_out_upright_and_with_its_own_resolution(int orientation)
    {
        using var upright = Block();
        using var stored = SamplePictures.Unapply(upright, orientation);
        var isSwapped = orientation >= 5;
        foreach (var bits in new[] { 1, 8 })
        {
            var tiff = TiffFile.Write(
            [
                TiffPage.Of(
                    bits == 8 ? stored.WriteToMemory<byte>() : Pack(stored),
                    stored.Width,
                    stored.Height,
                    1,
                    1,
                    [bits],
                    (274, TiffPage.ShortType, [orientation]),
                    (282, TiffPage.RationalType, [isSwapped ? 240 : 200, 1]),
                    (283, TiffPage.RationalType, [isSwapped ? 200 : 240, 1])),
            ]);

            var content = Pictures.Convert(tiff, TargetShape.Paperwork).Content;

            ShowsBlock(content, 600, 800, 100, 100);
            using var page = Pictures.Open(content, 0, tiff: true);
            (page.Xres * 25.4).Should().BeApproximately(200, 0.5);
            (page.Yres * 25.4).Should().BeApproximately(240, 0.5);
        }
    }

    [Fact]
    public void Resolution_in_centimetres_and_that_of_a_coarse_fax_are_kept()
    {
        using var page = Block();
        var inCentimetres = TiffFile.Write(
        [
            TiffPage.Of(
                page.WriteToMemory<byte>(),
                600,
                800,
                1,
                1,
                [8],
                (282, TiffPage.RationalType, [7874, 100]),
                (283, TiffPage.RationalType, [7874, 100]),
                (296, TiffPage.ShortType, [3])),
        ]);
        using var first = Pictures.Open(Pictures.Convert(inCentimetres, TargetShape.Paperwork).Content, 0, tiff: true);
        (first.Xres * 25.4).Should().BeApproximately(200, 0.5);

        var coarse = TiffFile.Write(
            [TiffPage.Of(Pack(page), 600, 800, 1, 1, [1], (282, TiffPage.RationalType, [204, 1]), (283, TiffPage.RationalType, [98, 1]))]);
        using var second = Pictures.Open(Pictures.Convert(coarse, TargetShape.Paperwork).Content, 0, tiff: true);
        (second.Width, second.Height).Should().Be((600, 800));
        ((second.Xres * 25.4) / (second.Yres * 25.4)).Should().BeApproximately(204 / 98.0, 0.02);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Picture_of_a_coarse_fax_is_at_its_true_aspect(int orientation)
    {
        using var upright = Block();
        using var stored = SamplePictures.Unapply(upright, orientation);
        var (across, down) = orientation >= 5 ? (98, 204) : (204, 98);
        var fax = TiffFile.Write(
        [
            TiffPage.Of(
                Pack(stored),
                stored.Width,
                stored.Height,
                1,
                1,
                [1],
                (274, TiffPage.ShortType, [orientation]),
                (282, TiffPage.RationalType, [across, 1]),
                (283, TiffPage.RationalType, [down, 1])),
        ]);

        using var picture = Pictures.Open(Pictures.Convert(fax, TargetShape.OnePicture).Content);

        picture.Width.Should().Be(600);
        picture.Height.Should().BeCloseTo((int)Math.Round(800 * 204 / 98.0), 1);
        picture.Getpoint(110, 110 * 204 / 98)[0].Should().BeLessThan(40);
        picture.Getpoint(390, 290 * 204 / 98)[0].Should().BeLessThan(40);
        picture.Getpoint(390, 310 * 204 / 98)[0].Should().BeGreaterThan(215);
    }

    [Fact]
    public void Fax_of_group_3_passes_as_it_came()
    {
        using var page = Block();
        var fax = Fax(page, Compression.CCITTFAX3, 0);

        Pictures.Convert(fax, TargetShape.Paperwork).Content.ToArray().Should().Equal(fax);
    }

    [Fact]
    public void Fax_whose_header_has_an_impossible_number_is_refused()
    {
        var odd = TiffFile.Write([TiffPage.Of(new byte[64], 600, 800, 4, 0, [1], (274, TiffPage.ShortType, [300]))]);

        Pictures.Refuse(odd, TargetShape.Paperwork).Should().StartWith("Page 1 of 1 is damaged");
    }

    [Fact]
    public void Measurements_are_no_picture_and_are_refused_as_such()
    {
        using var page = Block();
        foreach (var type in (Enums.BandFormat[])[Enums.BandFormat.Float, Enums.BandFormat.Int, Enums.BandFormat.Uint, Enums.BandFormat.Double])
        {
            using var measured = page.Cast(type);
            foreach (var shape in Enum.GetValues<TargetShape>())
            {
                Pictures.Refuse(measured.TiffsaveBuffer(), shape).Should().Be(
                    "The TIFF holds measurements (such as floating point), not the shades of a picture. Save it with 8 or 16 bits and drop it again.");
            }
        }
    }

    [Fact]
    public void Coding_that_is_not_read_is_said_and_not_taken_for_damage()
    {
        const int zstandard = 50_000;
        var plain = TiffPage.Of(new byte[75 * 800], 600, 800, 1, 0, [1]);
        var lab = TiffPage.Of(new byte[600 * 800 * 3], 600, 800, 1, 8, [8, 8, 8]);
        var odd = TiffPage.Of(new byte[64], 600, 800, zstandard, 0, [1]);

        foreach (var shape in Enum.GetValues<TargetShape>())
        {
            Pictures.Refuse(TiffFile.Write([odd]), shape).Should().Be(
                "Page 1 of 1 of the TIFF is coded in a way that is not read here (compression 50000). Save it with LZW or deflate, in RGB or grey, and drop it again.");
            Pictures.Refuse(TiffFile.Write([lab]), shape).Should().Contain("(colours by CIE L*a*b*)");
        }

        Pictures.Refuse(TiffFile.Write([plain, odd]), TargetShape.Paperwork).Should().StartWith("Page 2 of 2 of the TIFF is coded");
    }

    [Fact]
    public void Damaged_page_is_named_by_its_number()
    {
        var whole = TiffPage.Of(new byte[75 * 800], 600, 800, 1, 0, [1]);
        var broken = TiffPage.Of([.. Enumerable.Repeat((byte)0xFF, 64)], 600, 800, 5, 0, [1]);

        Pictures.Refuse(TiffFile.Write([broken, whole]), TargetShape.Paperwork).Should().StartWith("Page 1 of 2 is damaged");
        Pictures.Refuse(TiffFile.Write([whole, broken]), TargetShape.Paperwork).Should().StartWith("Page 2 of 2 is damaged");
    }

    [Fact]
    public void Small_copy_of_a_page_is_no_page()
    {
        var page = TiffPage.Of(new byte[100 * 600], 800, 600, 1, 0, [1]);
        var small = TiffPage.Of(new byte[10 * 60], 80, 60, 1, 0, [1], (254, TiffPage.LongType, [1]));

        var converted = Pictures.Convert(TiffFile.Write([small, page, small, page, small]), TargetShape.Paperwork);

        converted.Pages.Should().Be(2);
        using var first = Pictures.Open(converted.Content, 0, tiff: true);
        (first.Width, first.Height).Should().Be((800, 600));
        Pictures.Convert(TiffFile.Write([small, page]), TargetShape.OnePicture).Format.Should().Be(PictureFormat.Jpeg);
    }

    [Fact]
    public void Directories_that_run_in_a_circle_are_refused_as_damaged()
    {
        var page = TiffPage.Of(new byte[100 * 600], 800, 600, 1, 0, [1]);

        foreach (var shape in Enum.GetValues<TargetShape>())
        {
            Pictures.Refuse(TiffFile.Write([page, page, page], lastGoesOnAt: 1), shape).Should().Contain("damaged");
        }
    }

    [Fact]
    public void Thousands_of_directories_are_refused_by_their_number()
    {
        var page = TiffPage.Of([0], 8, 1, 1, 0, [1]);

        Pictures.Refuse(TiffFile.Write([.. Enumerable.Repeat(page, 20_000)]), TargetShape.Paperwork).Should().Contain("20,000 pages");
    }

    [Fact]
    public void Strip_of_a_few_bytes_that_claims_a_huge_page_is_refused_by_its_size()
    {
        Pictures.Refuse(TiffFile.Write([TiffPage.Of(new byte[64], 100_000, 100_000, 4, 0, [1])]), TargetShape.Paperwork)
            .Should().Contain("100,000 by 100,000 pixels");
    }

    [Fact]
    public void Scan_with_bytes_that_belong_to_nothing_is_written_anew_without_them()
    {
        var scan = Pictures.Convert(SamplePictures.Scan(1), TargetShape.Paperwork).Content.ToArray();

        var converted = Pictures.Convert([.. scan, .. "PK\u0003\u0004 the driver's name and where he lives"u8], TargetShape.Paperwork);

        converted.Pages.Should().Be(3);
        converted.Content.Span.IndexOf("driver"u8).Should().Be(-1);
    }

    private static bool LooksUpright(byte[] tiff) =>
        SamplePictures.LooksUpright(Pictures.Convert(tiff, TargetShape.OnePicture).Content.ToArray());

    /// <summary>White, with a black block of 300 by 200 points in its upper left.</summary>
    private static Image Block()
    {
        using var white = Image.Black(600, 800) + 255;
        using var grey = white.Cast(Enums.BandFormat.Uchar);
        using var coloured = grey.Copy(interpretation: Enums.Interpretation.Bw, xres: 200 / 25.4, yres: 200 / 25.4);
        return coloured.Mutate(image => image.DrawRect([0], 100, 100, 300, 200, fill: true));
    }

    private static void ShowsBlock(ReadOnlyMemory<byte> content, int width, int height, int left, int top)
    {
        using var page = Pictures.Open(content, 0, tiff: true);
        (page.Width, page.Height).Should().Be((width, height));
        foreach (var (x, y, ink) in new[]
        {
            (left + 10, top + 10, true),
            (left + 290, top + 190, true),
            (left + 150, top + 100, true),
            (left - 10, top + 100, false),
            (left + 310, top + 100, false),
            (left + 150, top - 10, false),
            (left + 150, top + 210, false),
            (width - 20, height - 20, false),
        })
        {
            page.Getpoint(x, y)[0].Should().Be(ink ? 0 : 255, "of the point {0}, {1}", x, y);
        }
    }

    private static byte[] Saved(Image page, Enums.Interpretation interpretation, Enums.ForeignTiffCompression compression)
    {
        using var converted = page.Colourspace(interpretation);
        return converted.TiffsaveBuffer(compression: compression);
    }

    private static long[] Palette(int black) =>
        [.. Enumerable.Range(0, 3 * 256).Select(i => i % 256 == black ? 0L : 65_535)];

    private static byte[] Pack(Image page)
    {
        var points = page.WriteToMemory<byte>();
        return [.. Enumerable.Range(0, page.Height).SelectMany(y => Enumerable.Range(0, (page.Width + 7) / 8).Select(octet =>
            (byte)Enumerable.Range(0, 8).Sum(bit => (8 * octet) + bit < page.Width && points[(y * page.Width) + (8 * octet) + bit] > 0 ? 0x80 >> bit : 0)))];
    }

    private static byte[] Fax(Image page, Compression compression, Group3Opt options)
    {
        using var stream = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("", "w", stream, new TiffStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, page.Width);
            tiff.SetField(TiffTag.IMAGELENGTH, page.Height);
            tiff.SetField(TiffTag.BITSPERSAMPLE, 1);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
            tiff.SetField(TiffTag.COMPRESSION, compression);
            tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
            tiff.SetField(TiffTag.ROWSPERSTRIP, page.Height);
            tiff.SetField(TiffTag.XRESOLUTION, 200.0);
            tiff.SetField(TiffTag.YRESOLUTION, 200.0);
            tiff.SetField(TiffTag.RESOLUTIONUNIT, ResUnit.INCH);
            if (compression == Compression.CCITTFAX3)
            {
                tiff.SetField(TiffTag.GROUP3OPTIONS, options);
            }

            var points = Pack(page);
            tiff.WriteEncodedStrip(0, points, points.Length).Should().BePositive();
            tiff.WriteDirectory().Should().BeTrue();
        }

        return stream.ToArray();
    }
}
