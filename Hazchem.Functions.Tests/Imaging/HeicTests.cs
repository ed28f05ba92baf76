using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using ImageMagick;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class HeicTests
{
    [Fact]
    public void Picture_of_an_iphone_becomes_a_jpeg_that_is_upright_and_keeps_only_its_time()
    {
        var converted = Pictures.Convert(SamplePictures.Heic(1), TargetShape.PictureOrPaperwork);

        converted.Format.Should().Be(PictureFormat.Jpeg);
        converted.CapturedAt.Should().Be(new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.Zero));
        SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
        using var image = Pictures.Open(converted.Content);
        (image.Width, image.Height).Should().Be((384, 512));
        Pictures.Markers(converted.Content.Span).Should().NotContain([0xE1, 0xE2]);
    }

    [Fact]
    public void Picture_of_an_iphone_becomes_paperwork()
    {
        Pictures.Convert(SamplePictures.Heic(1, 600, 800), TargetShape.Paperwork).Format.Should().Be(PictureFormat.Tiff);
    }

    [Fact]
    public void Primary_picture_is_sent_where_a_file_has_several_be_it_the_last()
    {
        // The tiles come before what is put together of them; no longer hidden, each is a picture of its own.
        var file = SamplePictures.Heic(1);
        var items = 0;
        for (var at = 0; file.AsSpan(at).IndexOf("infe"u8) is >= 0 and var step; at += step + 4)
        {
            file[at + step + 7] = 0;
            items++;
        }

        items.Should().BeGreaterThan(3);
        var converted = Pictures.Convert(file, TargetShape.OnePicture);

        SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
        using var image = Pictures.Open(converted.Content);
        (image.Width, image.Height).Should().Be((384, 512));
        Pictures.Convert(file, TargetShape.Paperwork).Pages.Should().Be(1);
    }

    [Fact]
    public void Colours_of_display_p3_become_those_of_srgb()
    {
        var profile = ColourProfile.Of(ColourProfile.DisplayP3Primaries, "Display P3");

        Colour(SamplePictures.PlainHeic(190, 80, 60, profile)).Should().BeEquivalentTo(
            Pictures.ToSrgb([190, 80, 60], ColourProfile.DisplayP3Primaries), Pictures.Nearly(4));
        Colour(SamplePictures.PlainHeic(190, 80, 60, profile: null)).Should().BeEquivalentTo(
            new double[] { 190, 80, 60 }, Pictures.Nearly(4));
    }

    [Fact]
    public void Cut_picture_is_refused_as_damaged()
    {
        var picture = SamplePictures.Heic(1);

        foreach (var share in (double[])[0.01, 0.2, 0.6, 0.95])
        {
            Pictures.Refuse(picture[..(int)(picture.Length * share)], TargetShape.OnePicture).Should().Contain("damaged");
        }
    }

    [Fact]
    public void Magick_reads_nothing_but_what_it_is_here_for()
    {
        Pictures.Convert(SamplePictures.Heic(1), TargetShape.OnePicture);

        foreach (var (content, format) in new[] { (SamplePictures.PlainJpeg(1), MagickFormat.Jpeg), ("fill red rectangle 0,0 5,5"u8.ToArray(), MagickFormat.Mvg) })
        {
            var read = () => new MagickImage(content, new MagickReadSettings { Format = format, Width = 9, Height = 9 });
            read.Should().Throw<MagickPolicyErrorException>();
        }
    }

    private static double[] Colour(byte[] picture)
    {
        using var image = Pictures.Open(Pictures.Convert(picture, TargetShape.OnePicture).Content);
        return image.Getpoint(image.Width / 2, image.Height / 2);
    }
}
