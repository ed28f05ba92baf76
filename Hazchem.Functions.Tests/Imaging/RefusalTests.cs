using Hazchem.Functions.Imaging;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class RefusalTests
{
    private const string Damaged =
        "The picture is damaged or incomplete and cannot be read to its end. Take or save it again and drop it again.";

    public static TheoryData<byte[], string> Unreadable => new()
    {
        { [], "The file is empty. Save it again and drop it again." },
        { SamplePictures.NotAPicture(), "The file is no picture or scan of a kind that is known here. Send JPEG, PNG, WebP, GIF, AVIF, HEIC, BMP, TIFF or PDF." },
        { "%PDF-1.7\n"u8.ToArray(), "The PDF is damaged and cannot be read. Save or scan it again and drop it again." },
        { "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray(), Damaged },
        { [.. "BM"u8, .. new byte[12], 40, .. new byte[39]], Damaged },
        { "\n<?xml version='1.0'?><svg width='9' height='9'/>"u8.ToArray(), "The file is a drawing (SVG), not a picture or a scan. Save it as PNG and drop it again." },
        { Pictures.PngBomb(), "The picture is 30,000 by 30,000 pixels, more than the 100,000,000 in all that are taken. Save it smaller and drop it again." },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void File_that_is_not_read_is_refused_with_what_to_do(byte[] content, string reason)
    {
        foreach (var shape in Enum.GetValues<TargetShape>())
        {
            Pictures.Refuse(content, shape).Should().Be(reason);
        }

        Pictures.Converter.EstimateMemory(content, TestContext.Current.CancellationToken).Should().Be(0);
        (Pictures.Converter.EstimateMemoryToOpen(content) > 0).Should().Be(content.AsSpan().StartsWith("%PDF"u8));
    }

    [Fact]
    public void Cut_file_of_any_format_is_refused_as_damaged()
    {
        byte[][] pictures =
        [
            SamplePictures.Photo(1, orientation: 6),
            SamplePictures.LargePhoto(1),
            SamplePictures.ProgressiveJpeg(1),
            SamplePictures.Png(1),
            SamplePictures.WebP(1),
            SamplePictures.Gif(1, frames: 1),
            SamplePictures.Avif(1),
        ];
        foreach (var picture in pictures)
        {
            foreach (var shape in (TargetShape[])[TargetShape.OnePicture, TargetShape.Paperwork])
            {
                Pictures.Refuse(picture[..(picture.Length * 6 / 10)], shape, 300_000).Should().Contain("damaged");
            }
        }
    }

    [Fact]
    public void Cut_or_headless_scan_is_refused_as_damaged()
    {
        var scan = SamplePictures.GreyScan(1);

        Pictures.Refuse(scan[..(scan.Length / 2)], TargetShape.Paperwork).Should().Contain("damaged");
        Pictures.Refuse([.. scan.AsSpan(0, 8)], TargetShape.Paperwork).Should().Contain("damaged");
    }

    [Fact]
    public void Changed_bytes_never_throw_and_never_pass_the_limit()
    {
        byte[][] originals =
        [
            SamplePictures.Photo(1, 400, 300),
            SamplePictures.PlainJpeg(2, 400, 300),
            SamplePictures.Png(1, 200, 150),
            SamplePictures.WebP(1, 200, 150),
            SamplePictures.Gif(1, 2, 100, 80),
            SamplePictures.Avif(1, 100, 80),
            Group4Tiff.Write([Group4Tiff.Code(new BilevelPage(400, 300, 200, 200, SamplePictures.Png(3, 400, 300)[..15_000]))]),
        ];
        var random = new Random(20261122);
        foreach (var original in originals)
        {
            for (var i = 0; i < 15; i++)
            {
                var changed = (byte[])original.Clone();
                for (var n = random.Next(1, 8); n > 0; n--)
                {
                    changed[random.Next(Math.Min(changed.Length, i % 2 == 0 ? 400 : changed.Length))] = (byte)random.Next(256);
                }

                foreach (var shape in Enum.GetValues<TargetShape>())
                {
                    var result = Pictures.Converter.Convert(changed, shape, 40_000, TestContext.Current.CancellationToken);
                    if (result is ConversionResult.Converted converted)
                    {
                        converted.Content.Length.Should().BeLessThanOrEqualTo(40_000);
                    }
                }
            }
        }
    }

    [Fact]
    public void Several_pages_where_one_picture_is_wanted_are_refused()
    {
        Pictures.Refuse(SamplePictures.Scan(1, pages: 3), TargetShape.OnePicture)
            .Should().Be("The file has 3 pages, and one picture is wanted: send it as a POD.");
    }

    [Fact]
    public void File_over_a_setting_is_refused_before_it_is_decoded()
    {
        var strict = new ImageConverter(Pictures.Options with { MaxInputBytes = 200_000, MaxPages = 2, MaxPixels = 1_000_000 });
        string Reason(byte[] content) => strict.Convert(content, TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken)
            .Should().BeOfType<ConversionResult.Refused>().Subject.Reason;

        Reason(SamplePictures.LargePhoto(1)).Should().Contain("at most 200,000 are taken");
        Reason(SamplePictures.Scan(1, 3)).Should().Be("The file has 3 pages; at most 2 are taken. Split it and drop the parts.");
        Reason(SamplePictures.PlainJpeg(1, 1600, 1200, quality: 20)).Should().Contain("1,600 by 1,200 pixels");
        Reason(TiffFile.Write(
        [
            TiffPage.Of(new byte[64], 700, 700, 1, 2, [8, 8, 8]),
            TiffPage.Of(new byte[64], 1200, 1000, 1, 0, [1]),
        ])).Should().Contain("1,200 by 1,000 pixels", "each page counts, and not only the one of most bytes");
    }

    [Fact]
    public void Long_scan_is_refused_by_its_pixels_in_all_before_it_is_decoded()
    {
        byte[] Tiff(int pages, int width, int height) =>
            TiffFile.Write([.. Enumerable.Repeat(TiffPage.Of(new byte[64], width, height, 1, 1, [1]), pages)]);
        var bomb = Tiff(200, 9_480, 9_480);
        var paper = Tiff(100, 2_480, 3_508);

        Pictures.Refuse(bomb, TargetShape.Paperwork)
            .Should().Be("The pages have more than 2,000 megapixels in all. Scan at a lower resolution, or split the file, and drop it again.");
        Pictures.Refuse(paper, TargetShape.Paperwork).Should().Contain("Page 1 of 100 is damaged", "a hundred pages of A4 are read");

        Pictures.Converter.EstimateCost(bomb, TestContext.Current.CancellationToken).IsLong.Should().BeFalse("it does not wait to be refused");
        Pictures.Converter.EstimateCost(paper, TestContext.Current.CancellationToken).IsLong.Should().BeTrue();
        Pictures.Converter.EstimateCost(SamplePictures.GreyScan(1), TestContext.Current.CancellationToken).IsLong.Should().BeFalse();
    }

    [Fact]
    public void File_that_takes_too_long_says_so_and_a_cancelled_one_does_not()
    {
        var slow = new ImageConverter(Pictures.Options, new NoTime());

        byte[][] files = [SamplePictures.Photo(1), SamplePictures.GreyScan(1), SamplePictures.Heic(1), new SamplePdf().Page(4, 6, "").Write()];
        foreach (var content in files)
        {
            var cost = slow.EstimateCost(content, TestContext.Current.CancellationToken);
            cost.Memory.Should().BePositive("it is tried again");
            cost.IsLong.Should().BeTrue();
            slow.Convert(content, TargetShape.Paperwork, 500_000, TestContext.Current.CancellationToken)
                .Should().Be(new ConversionResult.OutOfTime("The file takes too long to read. Save it smaller, or split it, and drop it again."));
            var cancelled = () => slow.Convert(content, TargetShape.Paperwork, 500_000, new CancellationToken(canceled: true));
            cancelled.Should().Throw<OperationCanceledException>();
        }
    }

    [Fact]
    public void Page_that_takes_too_long_to_draw_says_so_and_a_cancelled_one_does_not()
    {
        var slow = new PageRenderer(Pictures.Options, Pictures.Converter, new NoTime());

        foreach (var content in new[] { SamplePictures.Photo(1), SamplePictures.GreyScan(1), new SamplePdf().Page(4, 6, "").Write() })
        {
            Action<CancellationToken>[] draw =
            [
                token => slow.Render(content, 0, 400, token),
                token => slow.Thumbnail(content, 240, token),
                token => slow.Measure(content, token),
            ];
            foreach (var drawn in draw)
            {
                var tooLong = () => drawn(TestContext.Current.CancellationToken);
                tooLong.Should().Throw<TimeoutException>().WithMessage(ImageConverter.TooSlow);
                var cancelled = () => drawn(new CancellationToken(canceled: true));
                cancelled.Should().Throw<OperationCanceledException>();
            }
        }
    }
}
