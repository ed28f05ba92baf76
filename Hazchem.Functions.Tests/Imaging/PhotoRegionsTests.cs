using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class PhotoRegionsTests
{
    [Fact]
    public void Page_of_text_has_no_photograph_be_it_faint_blurred_or_in_shadow()
    {
        var text = Papers.Text();
        using var sharp = text.ToImage();
        using var blurred = sharp.Gaussblur(1.5);
        using var shadowed = Pictures.Open(SamplePictures.ShadowedPage(1));

        PhotoRegions.Find(text).Should().BeNull();
        PhotoRegions.Find(text.With((_, _, grey) => grey == 0 ? (byte)170 : (byte)230)).Should().BeNull();
        PhotoRegions.Find(text with { Points = blurred.WriteToMemory<byte>() }).Should().BeNull();
        PhotoRegions.Find(text with { Points = shadowed.WriteToMemory<byte>() }).Should().BeNull();
    }

    [Fact]
    public void Soft_edge_of_a_shadow_on_blank_paper_is_no_photograph_though_noisy()
    {
        var random = new Random(1);

        // Over 1.5 cm from light to dark, along a line askew; the text ends before.
        var page = Papers.Text().With((x, y, grey) => (byte)Math.Clamp(
            ((grey == 0 && x + (y * 0.6) < 1850 ? 40 : 240) * (1 - (0.8 / (1 + Math.Exp((2000 - x - (y * 0.6)) / 28))))) + random.Next(-6, 7), 0, 255));

        PhotoRegions.Find(page).Should().BeNull();
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(16, 0)]
    [InlineData(20, 1)]
    public void Soft_edge_of_a_shadow_through_lines_of_text_is_no_photograph(int softness, double blur)
    {
        var page = Papers.Text().With((x, y, grey) =>
            (byte)((grey == 0 ? 40 : 240) * (1 - (0.8 / (1 + Math.Exp((1100 - (x * 0.2) - y) / softness))))));
        using var image = page.WithNoise(6).ToImage();
        using var blurred = blur > 0 ? image.Gaussblur(blur) : image.Copy();

        PhotoRegions.Find(page with { Points = blurred.WriteToMemory<byte>() }).Should().BeNull();
    }

    [Fact]
    public void Photograph_out_of_focus_beside_text_keeps_its_shades()
    {
        var text = Papers.Text();
        using var sharp = Papers.Photo().ToImage();
        using var soft = sharp.Gaussblur(6);
        var photo = soft.WriteToMemory<byte>();
        var mixed = text.With((x, y, grey) =>
            x is >= 400 and < 1200 && y is >= 1000 and < 1800 ? photo[(y * text.Width) + x] : grey);

        PhotoRegions.Find(mixed).Should().NotBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Photograph_keeps_its_shades_as_dots(int seed)
    {
        var photo = Papers.Photo(seed);

        var photos = PhotoRegions.Find(photo);

        photos.Should().NotBeNull();
        photos!.IsWholePage.Should().BeTrue();
        var dots = Papers.Points(Threshold.Adaptive(photo, photos), photo.Width, photo.Height);
        using var before = photo.ToImage();
        using var after = (photo with { Points = dots }).ToImage();
        Likeness(before, after).Should().BeGreaterThan(0.9);

        var asText = Papers.Points(Threshold.Adaptive(photo, photos: null), photo.Width, photo.Height);
        using var blackened = (photo with { Points = asText }).ToImage();
        Likeness(before, blackened).Should().BeLessThan(0.8);
    }

    [Fact]
    public void Photograph_beside_text_is_dots_and_the_text_is_as_without_it()
    {
        var text = Papers.Text();
        var photo = Papers.Photo();
        static bool IsPhoto(int x, int y) => x is >= 400 and < 1200 && y is >= 1000 and < 1800;
        var mixed = text.With((x, y, grey) => IsPhoto(x, y) ? photo.Points[(y * text.Width) + x] : grey);

        var photos = PhotoRegions.Find(mixed);

        photos.Should().NotBeNull();
        photos!.IsWholePage.Should().BeFalse();
        var points = Papers.Points(Threshold.Adaptive(mixed, photos), mixed.Width, mixed.Height);
        using var before = mixed.ToImage();
        using var after = (mixed with { Points = points }).ToImage();
        using var photoBefore = before.Crop(440, 1040, 720, 720);
        using var photoAfter = after.Crop(440, 1040, 720, 720);
        Likeness(photoBefore, photoAfter).Should().BeGreaterThan(0.85);
        using var textAfter = after.Crop(0, 0, mixed.Width, 900);
        textAfter.WriteToMemory<byte>().AsSpan().SequenceEqual(text.Points.AsSpan(0, 900 * text.Width)).Should().BeTrue();
    }

    [Fact]
    public void Photograph_that_a_sheet_lies_on_is_not_made_dots()
    {
        var text = Papers.Text();
        bool IsTable(int x, int y) => x < 180 || x >= text.Width - 180 || y < 180 || y >= text.Height - 180;

        // A rough one: specks of 1 mm in all shades.
        static byte Table(int x, int y) => (byte)(60 + ((((x / 8) * 7919) ^ ((y / 8) * 104_729)) * 31 % 1009 * 130 / 1009));
        var sheet = text.With((x, y, grey) => IsTable(x, y) ? Table(x, y) : grey);

        // The same in the middle of a page is a photograph.
        PhotoRegions.Find(text.With((x, y, grey) => x is > 400 and < 1200 && y is > 800 and < 1600 ? Table(x, y) : grey)).Should().NotBeNull();
        PhotoRegions.Find(sheet).Should().BeNull();
    }

    /// <summary>How the shades of two pictures go together over the page, seen from so far that dots are none; 1 is the same.</summary>
    private static double Likeness(Image one, Image other)
    {
        using var oneSmall = one.Shrink(24, 24);
        using var otherSmall = other.Shrink(24, 24);
        var first = oneSmall.WriteToMemory<byte>();
        var second = otherSmall.WriteToMemory<byte>();
        var (firstMean, secondMean) = (first.Average(static grey => grey), second.Average(static grey => grey));
        double Product(byte[] a, double meanOfA, byte[] b, double meanOfB) => a.Zip(b).Sum(both => (both.First - meanOfA) * (both.Second - meanOfB));
        return Product(first, firstMean, second, secondMean)
            / Math.Sqrt(Product(first, firstMean, first, firstMean) * Product(second, secondMean, second, secondMean));
    }
}
