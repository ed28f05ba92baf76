using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class PictureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Photo_of_any_orientation_comes_out_upright_and_without_metadata(int orientation)
    {
        var converted = Pictures.Convert(SamplePictures.Photo(orientation, orientation: orientation), TargetShape.OnePicture, 300_000);

        SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
        Pictures.Markers(converted.Content.Span).Should().NotContain(marker => marker > 0xE0 && marker <= 0xEF || marker == 0xFE);
        converted.CapturedAt.Should().Be(new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.Zero));
        using var image = Pictures.Open(converted.Content);
        (image.Width > image.Height).Should().BeTrue();
        image.GetFields().Should().NotContain(field => field.StartsWith("exif", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(4160, 3120, 2080)]
    [InlineData(3120, 4160, 2080)]
    [InlineData(4000, 3000, 2299)]
    [InlineData(8000, 6000, 2299)]
    [InlineData(9001, 6751, 2250)]
    [InlineData(2400, 1800, 2400)]
    [InlineData(2500, 1875, 2299)]
    [InlineData(1200, 900, 1200)]
    public void Length_that_a_photo_is_decoded_at_is_a_half_or_a_quarter_of_its_own_where_that_is_long_enough(int width, int height, int expected)
    {
        var useful = JpegWithinLimit.UsefulLongSide(width, height, 300_000);

        Math.Min(useful, Math.Max(width, height)).Should().Be(expected);
    }

    [Fact]
    public void Length_that_a_photo_is_decoded_at_is_no_less_than_the_floor() =>
        JpegWithinLimit.UsefulLongSide(1100, 825, 10_000).Should().Be(JpegWithinLimit.FloorLongSide);

    [Fact]
    public void Strip_of_fewer_rows_than_a_decoder_can_shrink_by_is_read()
    {
        using var strip = Image.Black(16_000, 1);

        using var image = Pictures.Open(Pictures.Convert(strip.JpegsaveBuffer(), TargetShape.OnePicture).Content);

        image.Height.Should().Be(1);
    }

    [Theory]
    [InlineData(801)]
    [InlineData(800)]
    [InlineData(401)]
    [InlineData(400)]
    [InlineData(200)]
    [InlineData(60)]
    [InlineData(2000)]
    public void Photo_is_decoded_at_the_length_that_is_wanted_and_no_longer(int longSide)
    {
        using var file = PageFiles.Open(SamplePictures.PlainJpeg(1, 1601, 1201), PictureFormat.Jpeg, Pictures.Options);

        using var image = file.OpenShrunk(longSide, TestContext.Current.CancellationToken);

        image.Width.Should().Be(Math.Min(longSide, 1601));
        image.Height.Should().BeCloseTo((int)Math.Round(image.Width * 1201 / 1601.0), 1);
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(100_000)]
    [InlineData(200_000)]
    [InlineData(300_000)]
    [InlineData(500_000)]
    [InlineData(1_000_000)]
    public void Photo_of_any_size_fills_the_limit_and_never_passes_it(int maxBytes)
    {
        byte[][] photos = [SamplePictures.LargePhoto(1), SamplePictures.Photo(2), SamplePictures.Photo(3, 500, 2400)];
        foreach (var photo in photos)
        {
            var content = Pictures.Convert(photo, TargetShape.OnePicture, maxBytes).Content;

            using var image = Pictures.Open(content);
            using var source = Pictures.Open(photo);
            image.Width.Should().BeLessThanOrEqualTo(source.Width);
            (image.Width / (double)image.Height).Should().BeApproximately(source.Width / (double)source.Height, 0.02);
            if (photo.Length > 2 * maxBytes && Math.Max(image.Width, image.Height) > JpegWithinLimit.FloorLongSide)
            {
                ((double)content.Length).Should().BeGreaterThan(0.9 * maxBytes);
            }
        }
    }

    [Fact]
    public void Tall_picture_keeps_as_many_points_as_a_broad_one()
    {
        using var tall = Pictures.Open(Pictures.Convert(SamplePictures.DetailedPhoto(1, 1080, 8000), TargetShape.OnePicture, 500_000).Content);

        tall.Width.Should().BeGreaterThan(700);
    }

    [Fact]
    public void Same_photo_twice_gives_the_same_bytes()
    {
        var photo = SamplePictures.LargePhoto(5);

        var first = Pictures.Convert(photo, TargetShape.OnePicture).Content.ToArray();

        Pictures.Convert(photo, TargetShape.OnePicture).Content.ToArray().Should().Equal(first);
    }

    [Fact]
    public void Plain_jpeg_within_the_limit_passes_byte_for_byte()
    {
        var jpeg = SamplePictures.PlainJpeg(1);

        Pictures.Convert(jpeg, TargetShape.OnePicture).Content.ToArray().Should().Equal(jpeg);
    }

    [Fact]
    public void Jpeg_with_only_metadata_to_lose_is_stripped_and_not_coded_again()
    {
        var photo = SamplePictures.Photo(1, 800, 600);
        byte[] trailed = [.. photo, .. "a film that a phone appended, with its place"u8];

        var content = Pictures.Convert(trailed, TargetShape.OnePicture).Content.ToArray();

        var exif = 4 + (photo[4] << 8 | photo[5]);
        content.Should().Equal([.. photo.AsSpan(0, 2), .. photo.AsSpan(exif)]);
    }

    [Fact]
    public void Cut_jpeg_within_the_limit_is_refused_and_does_not_pass_through()
    {
        var jpeg = SamplePictures.PlainJpeg(1);

        Pictures.Refuse(jpeg[..(jpeg.Length / 2)], TargetShape.OnePicture).Should().Contain("damaged or incomplete");
    }

    [Fact]
    public void Every_picture_format_becomes_a_jpeg_that_is_upright()
    {
        byte[][] pictures =
        [
            SamplePictures.Png(1),
            SamplePictures.TransparentPng(1),
            SamplePictures.PalettePng(1),
            SamplePictures.WebP(1),
            SamplePictures.Gif(1),
            SamplePictures.Avif(1),
            SamplePictures.ProgressiveJpeg(1),
            SamplePictures.CmykJpeg(1),
        ];
        foreach (var picture in pictures)
        {
            var converted = Pictures.Convert(picture, TargetShape.PictureOrPaperwork, 60_000);

            converted.Format.Should().Be(PictureFormat.Jpeg);
            converted.CapturedAt.Should().BeNull();
            SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
        }
    }

    [Fact]
    public void Transparent_part_of_a_picture_becomes_white()
    {
        var content = Pictures.Convert(SamplePictures.TransparentPng(1), TargetShape.OnePicture).Content;

        using var image = Pictures.Open(content);
        image.Getpoint(image.Width - 20, image.Height / 2).Should().OnlyContain(value => value >= 250);
    }

    [Fact]
    public void Picture_of_one_page_tiff_becomes_a_jpeg()
    {
        Pictures.Convert(SamplePictures.Scan(1, pages: 1), TargetShape.OnePicture).Format.Should().Be(PictureFormat.Jpeg);
    }

    [Fact]
    public void Limit_below_legibility_is_refused_with_what_to_do()
    {
        Pictures.Refuse(SamplePictures.Photo(1), TargetShape.OnePicture, 5_000)
            .Should().Be("The picture cannot be made to fit 5,000 bytes and still show what is on it. Take it from nearer, or of less, and drop it again.");
    }

    [Fact]
    public void Cancelled_conversion_ends_as_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        var convert = () => Pictures.Converter.Convert(SamplePictures.Photo(1), TargetShape.OnePicture, 300_000, cancelled.Token);

        convert.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public async Task Several_photos_at_once_come_out_as_one_by_one()
    {
        byte[][] photos = [.. Enumerable.Range(1, 6).Select(seed => SamplePictures.Photo(seed))];
        byte[][] alone = [.. photos.Select(photo => Pictures.Convert(photo, TargetShape.OnePicture, 200_000).Content.ToArray())];

        var together = await Task.WhenAll(photos.Select(photo => Task.Run(
            () => ((ConversionResult.Converted)Pictures.Converter.Convert(photo, TargetShape.OnePicture, 200_000, CancellationToken.None)).Content.ToArray(),
            TestContext.Current.CancellationToken)));

        for (var i = 0; i < photos.Length; i++)
        {
            together[i].Should().Equal(alone[i]);
        }
    }
}
