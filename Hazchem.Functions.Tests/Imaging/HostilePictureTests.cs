using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Small files that would cost much, each with its outcome; and what the worst of them costs in memory.</summary>
public sealed partial class HostilePictureTests(ITestOutputHelper output)
{
    private const int Frames = 10_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Strip_of_a_page_is_not_enlarged_to_many_times_the_points_that_are_allowed()
    {
        VipsLibrary.Prepare(1);
        using var strip = Image.Black(300, 40_000).Invert();

        var page = Pictures.Convert(strip.PngsaveBuffer(), TargetShape.Paperwork);

        using var sent = Pictures.Open(page.Content);
        ((long)sent.Width * sent.Height).Should().BeInRange(300 * 40_000, 40_100_000);
    }

    [Fact]
    public void Animation_of_10_000_frames_is_its_first_frame()
    {
        foreach (var animation in new[] { LongGif(), LongWebP(), LongApng() })
        {
            var converted = Pictures.Convert(animation, TargetShape.PictureOrPaperwork, 100_000);

            converted.Pages.Should().Be(1);
            SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();

            // One frame, and not what all of them would take.
            Pictures.Converter.EstimateMemory(animation, Cancellation).Should().BeLessThan(2_000_000);
        }
    }

    [Fact]
    public void Progressive_picture_of_hundreds_of_scans_is_refused()
    {
        foreach (var shape in Enum.GetValues<TargetShape>())
        {
            Pictures.Refuse(ScanBomb(), shape).Should().Contain("damaged");
        }
    }

    [Fact]
    public void Picture_with_a_huge_canvas_is_refused_by_its_size()
    {
        foreach (var canvas in new[] { HugePng(), HugeJpeg() })
        {
            Pictures.Refuse(canvas, TargetShape.OnePicture).Should().Contain("pixels, more than the 100,000,000 in all that are taken");
            Pictures.Converter.EstimateMemory(canvas, Cancellation).Should().Be(0);
        }
    }

    [Fact]
    public void Canvas_of_a_gif_that_is_huge_is_no_larger_than_its_frame()
    {
        using var image = Pictures.Open(Pictures.Convert(HugeGif(), TargetShape.OnePicture).Content);

        (image.Width, image.Height).Should().Be((160, 120));
        Pictures.Converter.EstimateMemory(HugeGif(), Cancellation).Should().BeLessThan(2_000_000);
    }

    [Fact]
    public void Size_that_the_points_do_not_bear_out_is_refused_as_damaged()
    {
        foreach (var liar in new[] { LyingJpeg(), LyingPng(), LyingTiff() })
        {
            foreach (var shape in (TargetShape[])[TargetShape.OnePicture, TargetShape.Paperwork])
            {
                Pictures.Refuse(liar, shape).Should().Contain("damaged");
            }
        }
    }

    [Fact]
    public void Points_that_inflate_to_more_than_the_picture_has_do_it_no_harm()
    {
        foreach (var bomb in new[] { InflatingPng(), InflatingTiff() })
        {
            var outcome = Pictures.Converter.Convert(bomb, TargetShape.OnePicture, 100_000, Cancellation);

            (outcome is ConversionResult.Converted || outcome is ConversionResult.Refused refused && refused.Reason.Contains("damaged", StringComparison.Ordinal))
                .Should().BeTrue();
        }
    }

    [Fact]
    public void Colour_profile_that_inflates_or_is_huge_has_one_outcome()
    {
        foreach (var bomb in new[] { InflatingProfile(), HugeProfile() })
        {
            var outcome = Pictures.Converter.Convert(bomb, TargetShape.OnePicture, 100_000, Cancellation);

            (outcome is ConversionResult.Converted { Content.Length: <= 100_000 } or ConversionResult.Refused).Should().BeTrue();
        }
    }

    [Fact]
    public void Exif_that_runs_in_a_circle_is_taken_out_and_the_picture_stays()
    {
        Pictures.Convert(CircularExif(), TargetShape.OnePicture).Content.ToArray()
            .Should().Equal(SamplePictures.PlainJpeg(1, 320, 240, quality: 90));
    }

    /// <summary>
    /// In a process of its own, whose peak is that of the worst file. It takes pictures of 20 million pixels; the largest
    /// that is decoded here says it has 18 million.
    /// </summary>
    [Fact]
    public async Task Worst_of_them_takes_no_more_memory_than_a_picture_of_the_limit()
    {
        const int mostMebibytes = 400;
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            byte[][] files =
            [
                LongGif(), LongWebP(), LongApng(), ScanBomb(), HugeGif(), HugePng(), HugeJpeg(), LyingJpeg(), LyingPng(), LyingGif(),
                LyingTiff(), InflatingPng(), InflatingTiff(), InflatingProfile(), HugeProfile(), CircularExif(),
            ];
            for (var i = 0; i < files.Length; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, FormattableString.Invariant($"{i:D2}")), files[i], Cancellation);
            }

            using var process = Process.Start(new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "Hazchem.Fuzz.dll"), "--seed", "0", "--files", folder.FullName])
            {
                RedirectStandardOutput = true,
            })!;
            var said = await process.StandardOutput.ReadToEndAsync(Cancellation);
            await process.WaitForExitAsync(Cancellation);

            output.WriteLine(said);
            process.ExitCode.Should().Be(0, said);
            said.Should().Contain(FormattableString.Invariant($"{3 * files.Length} files:"));
            int.Parse(Peak().Match(said).Groups[1].Value, CultureInfo.InvariantCulture).Should().BeLessThan(mostMebibytes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] LongGif()
    {
        var gif = SamplePictures.Gif(1, frames: 1, 160, 120);
        byte[] frame = [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        return [.. gif.AsSpan(0, gif.Length - 1), .. Enumerable.Repeat(frame, Frames - 1).SelectMany(bytes => bytes), 0x3B];
    }

    private static byte[] LongWebP()
    {
        using var first = Image.NewFromBuffer(SamplePictures.Png(1, 160, 120));
        using var black = first * 0;
        using var both = Image.Arrayjoin([first, black], across: 1);
        var webp = both.WebpsaveBuffer(pageHeight: 120);
        var second = webp.AsSpan().LastIndexOf("ANMF"u8);
        byte[] frame = webp[second..];
        byte[] longer = [.. webp, .. Enumerable.Repeat(frame, Frames - 2).SelectMany(bytes => bytes)];
        BinaryPrimitives.WriteInt32LittleEndian(longer.AsSpan(4), longer.Length - 8);
        return longer;
    }

    private static byte[] LongApng()
    {
        var png = SamplePictures.Png(1, 160, 120);
        var end = png.AsSpan().IndexOf("IEND"u8) - 4;
        List<byte> animated = [.. png.AsSpan(0, 33), .. Chunk("acTL"u8, [0, 0, 0x27, 0x10, 0, 0, 0, 0]), .. png.AsSpan(33, end - 33)];
        byte[] points = [0, 0, 0, 0, .. SamplePdf.Deflate([0, 1, 2, 3])];
        for (var frame = 0; frame < Frames; frame++)
        {
            var control = new byte[26];
            BinaryPrimitives.WriteInt32BigEndian(control, 2 * frame);
            control[7] = control[11] = 1;
            animated.AddRange(Chunk("fcTL"u8, control));
            BinaryPrimitives.WriteInt32BigEndian(points, (2 * frame) + 1);
            animated.AddRange(Chunk("fdAT"u8, points));
        }

        return [.. animated, .. png.AsSpan(end)];
    }

    private static byte[] ScanBomb()
    {
        var jpeg = SamplePictures.ProgressiveJpeg(1, 320, 240);
        var last = jpeg.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return [.. jpeg[..last], .. Enumerable.Repeat(jpeg[last..^2], 300).SelectMany(bytes => bytes), .. jpeg[^2..]];
    }

    private static byte[] HugeGif()
    {
        var gif = SamplePictures.Gif(1, frames: 1, 160, 120);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(6), 65_000);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(8), 65_000);
        return gif;
    }

    private static byte[] HugePng() => Sized(SamplePictures.Png(1, 160, 120), 60_000, 60_000);

    private static byte[] HugeJpeg() => Framed(SamplePictures.PlainJpeg(1, 160, 120), 60_000, 60_000);

    private static byte[] LyingJpeg() => Framed(SamplePictures.PlainJpeg(1, 160, 120), 4_500, 4_000);

    private static byte[] LyingPng() => Sized(SamplePictures.Png(1, 160, 120), 4_500, 4_000);

    /// <summary>
    /// The one frame says it is as large as the canvas, and its points end long before. Viewers show what there is, and so
    /// does libvips.
    /// </summary>
    private static byte[] LyingGif()
    {
        var gif = SamplePictures.Gif(1, frames: 1, 160, 120);
        var frame = gif.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0, 160, 0, 120, 0]);
        foreach (var at in (int[])[6, frame + 5])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(at), 4_500);
            BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(at + 2), 4_000);
        }

        return gif;
    }

    private static byte[] LyingTiff() => TiffFile.Write([TiffPage.Of(new byte[64], 4_500, 4_000, 1, 1, [8])]);

    private static byte[] InflatingPng()
    {
        var png = SamplePictures.Png(1, 160, 120);
        return [.. png.AsSpan(0, 33), .. Chunk("IDAT"u8, Nothing(300_000_000)), .. Chunk("IEND"u8, [])];
    }

    private static byte[] InflatingTiff() => TiffFile.Write([TiffPage.Of(Nothing(300_000_000), 160, 120, 8, 1, [8])]);

    private static byte[] InflatingProfile()
    {
        var png = SamplePictures.Png(1, 160, 120);
        return [.. png.AsSpan(0, 33), .. Chunk("iCCP"u8, [.. "sRGB\0\0"u8, .. Nothing(300_000_000)]), .. png.AsSpan(33)];
    }

    private static byte[] HugeProfile()
    {
        using var scene = Image.NewFromBuffer(SamplePictures.Png(1, 160, 120));
        using var described = scene.Mutate(image => image.Set(
            GValue.BlobType, PageImage.ProfileField, ColourProfile.Of(ColourProfile.AdobeRgbPrimaries, "large", paddedBytes: 4_000_000)));
        return described.JpegsaveBuffer();
    }

    private static byte[] CircularExif()
    {
        var photo = SamplePictures.Photo(1, 320, 240);
        var tiff = 12;
        var entries = BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(tiff + 8));
        var next = tiff + 10 + (12 * entries);
        for (var entry = tiff + 10; entry < next; entry += 12)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(entry)) is 0x8769 or 0x8825)
            {
                BinaryPrimitives.WriteInt32BigEndian(photo.AsSpan(entry + 8), 8);
            }
        }

        BinaryPrimitives.WriteInt32BigEndian(photo.AsSpan(next), 8);
        return photo;
    }

    private static byte[] Framed(byte[] jpeg, int width, int height)
    {
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), (ushort)width);
        return jpeg;
    }

    private static byte[] Sized(byte[] png, int width, int height)
    {
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Pictures.Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. body, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Pictures.Crc(chunk.AsSpan(4, body.Length + 4)));
        return chunk;
    }

    /// <summary>Zeros, deflated as they come, since all of them would take their time and memory here too.</summary>
    private static byte[] Nothing(int bytes)
    {
        using var coded = new MemoryStream();
        using (var zlib = new ZLibStream(coded, CompressionLevel.Fastest))
        {
            var zeros = new byte[1_000_000];
            for (var written = 0; written < bytes; written += zeros.Length)
            {
                zlib.Write(zeros);
            }
        }

        return coded.ToArray();
    }

    [GeneratedRegex("at most ([0-9]+) MiB")]
    private static partial Regex Peak();
}
