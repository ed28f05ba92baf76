using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Pages made of a sample's letters in other inks and on other grounds.</summary>
internal static class Papers
{
    private const double Dpi = 200;

    /// <summary>A page of A4 at 200 dpi, black on white.</summary>
    public static GreyPage Text(int seed = 1)
    {
        VipsLibrary.Prepare(1);
        using var page = Pictures.Open(SamplePictures.Scan(seed, pages: 1));
        return new GreyPage(page.Width, page.Height, Dpi, Dpi, page.WriteToMemory<byte>());
    }

    /// <summary>A4 at 200 dpi with no letters, but all shades.</summary>
    public static GreyPage Photo(int seed = 1)
    {
        VipsLibrary.Prepare(1);
        using var scene = Pictures.Open(SamplePictures.Photo(seed, 1654, 2339));
        using var grey = scene.Colourspace(Enums.Interpretation.Bw);
        return new GreyPage(grey.Width, grey.Height, Dpi, Dpi, grey.WriteToMemory<byte>());
    }

    /// <summary>The page with each point's grey made another.</summary>
    public static GreyPage With(this GreyPage page, Func<int, int, byte, byte> grey)
    {
        var points = new byte[page.Points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = grey(i % page.Width, i / page.Width, page.Points[i]);
        }

        return page with { Points = points };
    }

    /// <summary>With each point brighter or darker by up to so many greys, the same in every run.</summary>
    public static GreyPage WithNoise(this GreyPage page, int most)
    {
        var random = new Random(1);
        return page.With((_, _, grey) => (byte)Math.Clamp(grey + random.Next(-most, most + 1), 0, 255));
    }

    /// <summary>Turned clockwise by degrees, on white.</summary>
    public static GreyPage Turned(this GreyPage page, double degrees)
    {
        using var image = page.ToImage();
        using var turned = image.Rotate(degrees, background: [255]);
        return page with { Width = turned.Width, Height = turned.Height, Points = turned.WriteToMemory<byte>() };
    }

    public static Image ToImage(this GreyPage page)
    {
        using var bare = Image.NewFromMemory(page.Points, page.Width, page.Height, 1, Enums.BandFormat.Uchar);
        return bare.Copy(interpretation: Enums.Interpretation.Bw, xres: page.HorizontalDpi / 25.4, yres: page.VerticalDpi / 25.4);
    }

    /// <summary>As a scanner would save it, without loss.</summary>
    public static byte[] ToTiff(this GreyPage page)
    {
        using var image = page.ToImage();
        return image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw);
    }

    /// <summary>The letters in one colour on ground of another.</summary>
    public static byte[] Coloured(this GreyPage text, byte[] ink, Func<int, int, byte[]> ground)
    {
        var points = new byte[text.Points.Length * 3];
        for (var i = 0; i < text.Points.Length; i++)
        {
            (text.Points[i] == 0 ? ink : ground(i % text.Width, i / text.Width)).CopyTo(points, i * 3);
        }

        using var bare = Image.NewFromMemory(points, text.Width, text.Height, 3, Enums.BandFormat.Uchar);
        using var image = bare.Copy(interpretation: Enums.Interpretation.Srgb, xres: Dpi / 25.4, yres: Dpi / 25.4);
        return image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw);
    }

    /// <summary>Whether the letters of <paramref name="text"/> are what is black, but for so small a share of the page.</summary>
    public static void ShouldRead(this ReadOnlyMemory<byte> tiff, GreyPage text, double wrong = 0.003)
    {
        using var page = Pictures.Open(tiff, 0, tiff: true);
        (page.Width, page.Height).Should().Be((text.Width, text.Height));
        Wrong(page.WriteToMemory<byte>(), text).Should().BeLessThan(wrong);
    }

    /// <summary>The share of points that are ink in one page and paper in the other.</summary>
    public static double Wrong(byte[] points, GreyPage text) =>
        points.Zip(text.Points).Count(static both => both.First != both.Second) / (double)points.Length;

    /// <summary>The same of bits.</summary>
    public static byte[] Points(byte[] bits, int width, int height)
    {
        var stride = (width + 7) / 8;
        var points = new byte[width * height];
        for (var i = 0; i < points.Length; i++)
        {
            var x = i % width;
            points[i] = (bits[(i / width * stride) + (x / 8)] & (0x80 >> (x % 8))) == 0 ? byte.MaxValue : (byte)0;
        }

        return points;
    }
}
