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
}
