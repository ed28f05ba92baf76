using System.Buffers.Binary;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class BmpTests
{
    [Theory]
    [InlineData(12, 1)]
    [InlineData(12, 8)]
    [InlineData(12, 24)]
    [InlineData(40, 1)]
    [InlineData(40, 4)]
    [InlineData(40, 4, true)]
    [InlineData(40, 8)]
    [InlineData(40, 8, true)]
    [InlineData(40, 16)]
    [InlineData(40, 24)]
    [InlineData(40, 24, false, true)]
    [InlineData(40, 32)]
    [InlineData(40, 32, false, true)]
    [InlineData(56, 32)]
    [InlineData(108, 16)]
    [InlineData(108, 32)]
    [InlineData(124, 8)]
    [InlineData(124, 24)]
    public void Picture_of_any_kind_keeps_its_colours_in_their_places(int headerBytes, int bits, bool compressed = false, bool topDown = false)
    {
        var converted = Pictures.Convert(BmpFile.Write(headerBytes, bits, compressed, topDown), TargetShape.PictureOrPaperwork);

        converted.Format.Should().Be(PictureFormat.Jpeg);
        using var image = Pictures.Open(converted.Content);
        (image.Width, image.Height).Should().Be((BmpFile.Width, BmpFile.Height));
        for (var i = 0; i < BmpFile.Colours.Count; i++)
        {
            var expected = BmpFile.Colours[bits == 1 ? Math.Min(i, 1) : i].Select(value => (double)value);
            image.Getpoint((image.Width / 4) + (i % 2 * image.Width / 2), (image.Height / 4) + (i / 2 * image.Height / 2))
                .Should().BeEquivalentTo(expected, Pictures.Nearly(9));
        }
    }

    [Theory]
    [InlineData(24, false)]
    [InlineData(8, true)]
    public void Cut_picture_is_refused_as_damaged(int bits, bool compressed)
    {
        var picture = BmpFile.Write(40, bits, compressed);

        foreach (var share in (double[])[0.02, 0.3, 0.9])
        {
            Pictures.Refuse(picture[..(int)(picture.Length * share)], TargetShape.OnePicture).Should().Contain("damaged");
        }
    }

    [Fact]
    public void Header_that_lies_about_the_size_is_refused_before_memory_is_taken()
    {
        foreach (var (width, height) in new[] { (100_000, 100_000), (int.MaxValue, 1), (1, int.MinValue), (60_000, 60_000), (-5, 9), (9_000, 9_000) })
        {
            var picture = BmpFile.Write(40, 24);
            BinaryPrimitives.WriteInt32LittleEndian(picture.AsSpan(18), width);
            BinaryPrimitives.WriteInt32LittleEndian(picture.AsSpan(22), height);

            Pictures.Refuse(picture, TargetShape.OnePicture).Should().NotBeEmpty();
        }
    }

    [Fact]
    public void Picture_that_is_too_long_for_its_decoder_is_refused_by_its_size()
    {
        var picture = BmpFile.Write(40, 24);
        BinaryPrimitives.WriteInt32LittleEndian(picture.AsSpan(18), 70_000);
        BinaryPrimitives.WriteInt32LittleEndian(picture.AsSpan(22), 10);

        Pictures.Refuse(picture, TargetShape.OnePicture).Should().Be(
            "The picture is 70,000 by 10 pixels; at most 65,535 on a side are taken. Save it smaller and drop it again.");
    }
}
