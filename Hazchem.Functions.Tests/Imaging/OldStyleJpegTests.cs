using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class OldStyleJpegTests
{
    private const int Width = 800;
    private const int Height = 608;

    private static readonly TiffPage Page = TiffPage.OldStyleJpeg(SamplePictures.PlainJpeg(1, Width, Height), Width, Height);

    [Fact]
    public void Page_becomes_a_jpeg_that_is_upright_whichever_way_it_lies()
    {
        Picture(TiffFile.Write([Page])).Should().Be((Width, Height));
        Picture(TiffFile.Write([Page], isBigEndian: true)).Should().Be((Width, Height));

        var turned = SamplePictures.PlainJpeg(1, Width, Height);
        using (var upright = Pictures.Open(turned))
        using (var stored = upright.Rot270())
        {
            turned = stored.JpegsaveBuffer(q: 90);
        }

        Picture(TiffFile.Write([Oriented(TiffPage.OldStyleJpeg(turned, Height, Width), 6)])).Should().Be((Width, Height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65_535)]
    public void Page_with_an_orientation_that_means_nothing_is_upright(int orientation)
    {
        Picture(TiffFile.Write([Oriented(Page, orientation)])).Should().Be((Width, Height));
    }

    [Fact]
    public void Pages_of_several_kinds_in_one_file_are_all_there()
    {
        var fax = new byte[Width / 8 * Height];
        var group4 = Group4Tiff.Code(new BilevelPage(Width, Height, 200, 200, fax)).Code;
        byte[] scan = TiffFile.Write(
        [
            TiffPage.Of(group4, Width, Height, 4, 0, [1]),
            Page,
            TiffPage.Of(new byte[Width * Height], Width, Height, 1, 1, [8]),
        ]);

        var converted = Pictures.Convert(scan, TargetShape.Paperwork);

        converted.Pages.Should().Be(3);
        using var second = Pictures.Open(converted.Content, 1, tiff: true);
        second.Avg().Should().BeInRange(20, 250);
    }

    [Fact]
    public void Cut_page_is_refused_as_damaged()
    {
        var points = Page.Points[..(Page.Points.Length * 6 / 10)];

        Pictures.Refuse(TiffFile.Write([Page with { Points = points }]), TargetShape.Paperwork).Should().Contain("damaged");
    }

    private static TiffPage Oriented(TiffPage page, int orientation) =>
        page with { Entries = [.. page.Entries.Append((274, TiffPage.ShortType, [orientation])).OrderBy(entry => entry.Item1)] };

    private static (int Width, int Height) Picture(byte[] tiff)
    {
        var converted = Pictures.Convert(tiff, TargetShape.OnePicture);
        SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
        using var image = Pictures.Open(converted.Content);
        return (image.Width, image.Height);
    }
}
