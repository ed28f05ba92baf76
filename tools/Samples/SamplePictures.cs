using NetVips;

namespace Hazchem.Samples;

/// <summary>
/// The project's own pictures and scans: made by the program, the same bytes for the same seed, nobody's property.
/// </summary>
public static class SamplePictures
{
    private const double PointsPerMillimetreAt200Dpi = 200 / 25.4;
    private const int TextureSize = 512;

    /// <summary>
    /// A JPEG with the detail of a photo and a phone's EXIF. It is stored so that applying <paramref name="orientation"/>
    /// gives the upright picture, which is <paramref name="width"/> by <paramref name="height"/> and has a magenta
    /// block in its top left corner with a cyan one to the right of it.
    /// </summary>
    /// <param name="orientation">EXIF's, 1 to 8.</param>
    /// <param name="takenAt">EXIF's DateTimeOriginal, or null for none.</param>
    /// <param name="offset">EXIF's OffsetTimeOriginal, such as <c>+01:00</c>, or null for none.</param>
    public static byte[] Photo(
        int seed,
        int width = 1600,
        int height = 1200,
        int orientation = 1,
        bool gps = true,
        string? takenAt = "2026:11:22 14:03:07",
        string? offset = null)
    {
        using var upright = Scene(seed, width, height);
        using var stored = Unapply(upright, orientation);
        return ExifBlock.Insert(Jpeg(stored, 90), orientation, gps, takenAt, offset);
    }

    /// <summary>A JPEG of 12 megapixels, as a phone makes them; some megabytes.</summary>
    public static byte[] LargePhoto(int seed)
    {
        using var scene = Scene(seed, 4032, 3024);
        return ExifBlock.Insert(Jpeg(scene, 90), 1, gps: true, "2026:11:22 14:03:07", "+00:00");
    }

    /// <summary>
    /// A JPEG as hard to code as a camera's: with detail at every scale, which <see cref="Photo"/> does not have. It takes
    /// a second a few megapixels to make.
    /// </summary>
    public static byte[] DetailedPhoto(int seed, int width, int height, int quality = 92)
    {
        using var scene = DetailedScene.Draw(seed, width, height);
        return ExifBlock.Insert(Jpeg(scene, quality), 1, gps: true, "2026:11:22 14:03:07", "+00:00");
    }

    /// <summary>A JPEG without any metadata.</summary>
    public static byte[] PlainJpeg(int seed, int width = 1600, int height = 1200, int quality = 80)
    {
        using var scene = Scene(seed, width, height);
        return Jpeg(scene, quality);
    }

    public static byte[] ProgressiveJpeg(int seed, int width = 1600, int height = 1200)
    {
        using var scene = Scene(seed, width, height);
        return scene.JpegsaveBuffer(q: 90, interlace: true, keep: Enums.ForeignKeep.None);
    }

    public static byte[] CmykJpeg(int seed, int width = 800, int height = 600)
    {
        using var scene = Scene(seed, width, height);
        using var cmyk = scene.Colourspace(Enums.Interpretation.Cmyk);
        return cmyk.JpegsaveBuffer(q: 90, keep: Enums.ForeignKeep.None);
    }

    public static byte[] Png(int seed, int width = 800, int height = 600)
    {
        using var scene = Scene(seed, width, height);
        return scene.PngsaveBuffer(compression: 1);
    }

    /// <summary>16 bits a channel, with a right half that is wholly transparent.</summary>
    public static byte[] TransparentPng(int seed, int width = 800, int height = 600)
    {
        using var scene = Scene(seed, width, height);
        using var deep = scene.Colourspace(Enums.Interpretation.Rgb16);
        var canvas = new Canvas(width, height, 1);
        canvas.Fill(0, 0, width / 2, height, 255);
        using var opaque = canvas.ToImage();
        using var scaled = opaque * 257;
        using var alpha = scaled.Cast(Enums.BandFormat.Ushort);
        using var joined = deep.Bandjoin(alpha);
        return joined.PngsaveBuffer(compression: 1);
    }

    public static byte[] PalettePng(int seed, int width = 400, int height = 300)
    {
        using var scene = Scene(seed, width, height);
        return scene.PngsaveBuffer(palette: true, bitdepth: 8);
    }

    public static byte[] WebP(int seed, int width = 800, int height = 600)
    {
        using var scene = Scene(seed, width, height);
        return scene.WebpsaveBuffer(q: 80);
    }

    public static byte[] Avif(int seed, int width = 320, int height = 240)
    {
        using var scene = Scene(seed, width, height);
        return scene.HeifsaveBuffer(q: 60, compression: Enums.ForeignHeifCompression.Av1, effort: 0);
    }

    /// <summary>
    /// A HEIC picture as an iPhone held upright makes it: tiles, stored lying and turned by the container, Display P3, EXIF.
    /// </summary>
    public static byte[] Heic(int seed, int width = 384, int height = 512, string? takenAt = "2026:11:22 14:03:07")
    {
        using var upright = Scene(seed, width, height);
        using var stored = Unapply(upright, 6);
        return HeicFile.Write(
            stored.WriteToMemory<byte>(),
            stored.Width,
            stored.Height,
            quarterTurns: 3,
            ColourProfile.Of(ColourProfile.DisplayP3Primaries, "Display P3"),
            ExifBlock.Build(6, gps: true, takenAt, offset: null));
    }

    /// <summary>A HEIC picture of one colour, as its profile means it.</summary>
    public static byte[] PlainHeic(byte red, byte green, byte blue, byte[]? profile, int side = 256)
    {
        var canvas = new Canvas(side, side, 3);
        canvas.Fill(0, 0, side, side, red, green, blue);
        return HeicFile.Write(canvas.Points, side, side, quarterTurns: 0, profile, exif: null);
    }

    /// <summary>An animation; its first frame is the upright scene of <paramref name="seed"/>.</summary>
    public static byte[] Gif(int seed, int frames = 2, int width = 320, int height = 240)
    {
        using var joined = Join([.. Enumerable.Range(0, frames).Select(frame => Scene(seed + frame, width, height))]);
        return joined.GifsaveBuffer(effort: 1, pageHeight: height);
    }

    /// <summary>A bilevel TIFF of A4 pages at 200 dpi, each with other text, group 4 compressed.</summary>
    public static byte[] Scan(int seed, int pages = 3)
    {
        const int width = 1654;
        const int height = 2339;
        using var joined = Join([.. Enumerable.Range(1, pages).Select(page => Page(seed, page, width, height).ToImage())]);
        return joined.TiffsaveBuffer(
            compression: Enums.ForeignTiffCompression.Ccittfax4,
            bitdepth: 1,
            xres: PointsPerMillimetreAt200Dpi,
            yres: PointsPerMillimetreAt200Dpi,
            pageHeight: height);
    }

    /// <summary>
    /// A page of text as a phone sees it: grey JPEG, darker to one side and with a hard shadow across it, so that no one
    /// threshold holds for the whole page.
    /// </summary>
    public static byte[] ShadowedPage(int seed, int width = 1654, int height = 2339)
    {
        using var shadowed = Shadowed(seed, width, height);
        return Jpeg(shadowed, 85);
    }

    /// <summary>A multi-page TIFF in grey, each page a <see cref="ShadowedPage"/>.</summary>
    public static byte[] GreyScan(int seed, int pages = 2, int width = 1654, int height = 2339)
    {
        using var joined = Join([.. Enumerable.Range(1, pages).Select(page => Shadowed(seed + page, width, height))]);
        return joined.TiffsaveBuffer(
            compression: Enums.ForeignTiffCompression.Deflate,
            xres: PointsPerMillimetreAt200Dpi,
            yres: PointsPerMillimetreAt200Dpi,
            pageHeight: height);
    }

    /// <summary>
    /// A TIFF of very many pages in grey, JPEG compressed, of which four are different. It is written as it is made, so that
    /// it takes little memory.
    /// </summary>
    public static byte[] LongScan(int seed, int pages, int width = 1654, int height = 2339)
    {
        const int different = 4;
        Image[] scanned = [.. Enumerable.Range(1, different).Select(page => Shadowed(seed + page, width, height))];
        try
        {
            using var joined = Image.Arrayjoin([.. Enumerable.Range(0, pages).Select(page => scanned[page % different])], across: 1);
            return joined.TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Jpeg,
                q: 50,
                xres: PointsPerMillimetreAt200Dpi,
                yres: PointsPerMillimetreAt200Dpi,
                pageHeight: height);
        }
        finally
        {
            Array.ForEach(scanned, page => page.Dispose());
        }
    }

    /// <summary>A text that says it is none.</summary>
    public static byte[] NotAPicture() => "This is a note to the depot, not a picture.\n"u8.ToArray();

    /// <summary>
    /// Whether the picture, shown as it is stored, has the marked corner of <see cref="Photo"/> where it belongs and
    /// asks no viewer to turn it.
    /// </summary>
    public static bool LooksUpright(byte[] jpeg)
    {
        ArgumentNullException.ThrowIfNull(jpeg);
        using var image = Image.NewFromBuffer(jpeg);
        if (image.Contains("orientation") && (int)image.Get("orientation") > 1)
        {
            return false;
        }

        var block = Math.Min(image.Width, image.Height) / 10;
        var left = image.Getpoint(block / 2, block / 2);
        var right = image.Getpoint(block + (block / 2), block / 2);
        return left.Length == 3
            && left[0] > 170 && left[1] < 100 && left[2] > 120
            && right[0] < 130 && right[1] > 150 && right[2] > 150;
    }

    /// <summary>Sky, ground, pallets with lettering, and a fine grain over it all.</summary>
    private static Image Scene(int seed, int width, int height)
    {
        var texture = Texture(seed);
        var canvas = new Canvas(width, height, 3);
        var points = canvas.Points;
        Parallel.For(0, height, y =>
        {
            var ground = y > height * 3 / 5;
            var at = y * width * 3;
            for (var x = 0; x < width; x++)
            {
                var coarse = texture[((y >> 4) & (TextureSize - 1)) * TextureSize + ((x >> 4) & (TextureSize - 1))];
                var middle = texture[((y >> 2) & (TextureSize - 1)) * TextureSize + ((x >> 2) & (TextureSize - 1))];
                var fine = texture[(y & (TextureSize - 1)) * TextureSize + (x & (TextureSize - 1))];
                var light = (coarse >> 2) + (middle >> 3) + (fine >> 4) + (y * 60 / height);
                points[at++] = Clamp(light + (ground ? 60 : 30));
                points[at++] = Clamp(light + (ground ? 45 : 60));
                points[at++] = Clamp(light + (ground ? 20 : 90));
            }
        });

        var random = new Repeatable(seed);
        var scale = Math.Max(1, height / 300);
        for (var i = 0; i < 12; i++)
        {
            var boxWidth = (width / 8) + random.Next(width / 8);
            var left = (width / 6) + random.Next(width - (width / 4));
            var top = (height / 4) + random.Next(height / 2);
            canvas.Fill(left, top, boxWidth, height / 8, (byte)(90 + random.Next(90)), (byte)(60 + random.Next(60)), 40);
            canvas.Write($"UN {1000 + random.Next(2500)}", left + (2 * scale), top + (3 * scale), scale, 240, 240, 235);
        }

        var block = Math.Min(width, height) / 10;
        canvas.Fill(0, 0, block, block, 230, 30, 200);
        canvas.Fill(block, 0, block, block, 20, 210, 220);
        return canvas.ToImage();
    }

    private static Canvas Page(int seed, int page, int width, int height)
    {
        var random = new Repeatable(seed + (page * 7919));
        var canvas = new Canvas(width, height, 1);
        canvas.Fill(0, 0, width, height, 255);
        var margin = width / 12;
        var scale = Math.Max(2, width / 550);
        canvas.Write($"CUSTOMER PAPERWORK  PAGE {page}", margin, margin, scale * 2, 0);
        canvas.Write($"CONSIGNMENT HZ{random.Next(100_000_000):D10}", margin, margin + (scale * 20), scale * 2, 0);
        canvas.Fill(margin, margin + (scale * 40), width - (2 * margin), scale, 0);
        string[] words = ["DRUM", "PALLET", "CORROSIVE", "FLAMMABLE", "CLASS 8", "CLASS 3", "UN 1263", "UN 1830", "PAINT", "4 X 25 L", "LIMITED QTY"];
        for (var top = margin + (scale * 50); top < height - margin - (scale * 10); top += scale * 13)
        {
            var line = string.Empty;
            while (margin + ((line.Length + 14) * 6 * scale) < width - margin)
            {
                line += words[random.Next(words.Length)] + " ";
            }

            canvas.Write(line, margin, top, scale, 0);
        }

        return canvas;
    }

    private static Image Shadowed(int seed, int width, int height)
    {
        var canvas = Page(seed, 1, width, height);
        var texture = Texture(seed);
        var points = canvas.Points;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var light = 1.0 - (0.3 * x / width);
                if (x + (y / 2) > width)
                {
                    light *= 0.35;
                }

                var grain = texture[(y & (TextureSize - 1)) * TextureSize + (x & (TextureSize - 1))] / 32;
                var ink = points[(y * width) + x] == 0 ? 60 : 235;
                points[(y * width) + x] = Clamp((int)(ink * light) + grain);
            }
        }

        return canvas.ToImage();
    }

    private static byte[] Texture(int seed)
    {
        var random = new Repeatable(seed);
        var texture = new byte[TextureSize * TextureSize];
        for (var i = 0; i < texture.Length; i++)
        {
            texture[i] = (byte)random.Next(256);
        }

        return texture;
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    private static byte[] Jpeg(Image image, int quality) => image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.None);

    private static Image Join(Image[] pages)
    {
        try
        {
            using var joined = Image.Arrayjoin(pages, across: 1);
            return joined.CopyMemory();
        }
        finally
        {
            Array.ForEach(pages, page => page.Dispose());
        }
    }

    /// <summary>What a camera held that way, or a scanner that lies so, would have stored.</summary>
    public static Image Unapply(Image upright, int orientation)
    {
        var (angle, flip) = orientation switch
        {
            1 => (Enums.Angle.D0, false),
            2 => (Enums.Angle.D0, true),
            3 => (Enums.Angle.D180, false),
            4 => (Enums.Angle.D180, true),
            5 => (Enums.Angle.D90, true),
            6 => (Enums.Angle.D270, false),
            7 => (Enums.Angle.D270, true),
            8 => (Enums.Angle.D90, false),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation), orientation, "EXIF's orientation is 1 to 8."),
        };
        using var turned = upright.Rot(angle);
        return flip ? turned.Flip(Enums.Direction.Horizontal) : turned.Copy();
    }

    /// <summary>A generator of our own, since the framework's may give other numbers in another version.</summary>
    private sealed class Repeatable(int seed)
    {
        private ulong _state = ((ulong)(uint)seed * 0x9E3779B97F4A7C15) + 0xD1B54A32D192ED03;

        /// <summary>At least 0 and less than <paramref name="below"/>.</summary>
        public int Next(int below)
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return (int)((_state >> 33) % (ulong)below);
        }
    }
}
