using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class JpegSegmentsTests
{
    private const byte StartOfScan = 0xDA;
    private const string Secret = "Lives at 53.408 N 2.987 W";

    private static readonly byte[] Plain = SamplePictures.PlainJpeg(1, 320, 240);
    private static readonly byte[] Hidden = Encoding.ASCII.GetBytes(Secret);

    public static TheoryData<byte, string> Metadata => new()
    {
        { 0xE1, "http://ns.adobe.com/xap/1.0/\0" },
        { 0xE1, "http://ns.adobe.com/xmp/extension/\0" },
        { 0xE1, "Exif\0\0MM\0*" },
        { 0xE2, "MPF\0MM\0*" },
        { 0xE2, "FPXR\0" },
        { 0xE0, "JFXX\0\u0010" },
        { 0xE0, "AVI1" },
        { 0xED, "Photoshop 3.0\08BIM" },
        { 0xEE, "Ducky" },
        { 0xEF, "" },
        { 0xFE, "" },
    };

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Segment_of_metadata_is_cut_out_wherever_it_stands_and_the_coded_picture_stays(byte marker, string begin)
    {
        var segment = Segment(marker, [.. Encoding.Latin1.GetBytes(begin), .. Hidden]);
        var scan = Find(Plain, StartOfScan);

        Sent([.. Plain[..2], .. segment, .. Plain[2..]]).Should().Equal(Plain);
        Sent([.. Plain[..scan], .. segment, .. segment, .. Plain[scan..]]).Should().Equal(Plain);
    }

    [Fact]
    public void Picture_is_stripped_only_if_what_is_left_is_within_the_limit()
    {
        byte[] jpeg = [.. Plain[..2], .. Segment(0xE1, Hidden), .. Plain[2..]];

        JpegSegments.Strip(jpeg, Plain.Length)!.Value.ToArray().Should().Equal(Plain);
        JpegSegments.Strip(jpeg, Plain.Length - 1).Should().BeNull();
        JpegSegments.Strip(Plain, Plain.Length - 1).Should().BeNull();
    }

    [Fact]
    public void Comment_between_the_scans_of_a_progressive_picture_is_cut_out()
    {
        var jpeg = SamplePictures.ProgressiveJpeg(1, 320, 240);
        var second = Find(jpeg, StartOfScan, from: Find(jpeg, StartOfScan) + 2);

        Sent([.. jpeg[..second], .. Segment(0xFE, Hidden), .. jpeg[second..]]).Should().Equal(jpeg);
    }

    [Fact]
    public void Second_picture_and_whatever_else_is_appended_do_not_travel()
    {
        byte[] index = [.. Plain[..2], .. Segment(0xE2, "MPF\0MM\0*"u8.ToArray()), .. Plain[2..]];
        byte[][] appended = [SamplePictures.Photo(2, 320, 240), Zip(), "<html><script>alert(1)</script></html>"u8.ToArray(), [0], [0xFF, 0xD9]];

        foreach (var more in appended)
        {
            Sent([.. index, .. more]).Should().Equal(Plain);
        }
    }

    [Fact]
    public void Archive_between_segments_does_not_travel()
    {
        var archive = Zip();
        archive.Should().NotContain((byte)0xFF);
        var scan = Find(Plain, StartOfScan);
        byte[][] polyglots =
        [
            [.. Plain[..scan], .. archive, .. Plain[scan..]],
            [.. Plain[..scan], 0xFF, .. Segment(0xFE, archive), .. Plain[scan..]],
            [.. Plain[..scan], .. Segment(0xDC, archive), .. Plain[scan..]],
            [.. Plain[..scan], .. Segment(0xF3, archive), .. Plain[scan..]],
        ];

        foreach (var polyglot in polyglots)
        {
            if (Pictures.Converter.Convert(polyglot, TargetShape.OnePicture, 500_000, TestContext.Current.CancellationToken)
                is ConversionResult.Converted converted)
            {
                converted.Content.Span.IndexOf("PK\u0003\u0004"u8).Should().Be(-1);
                SamplePictures.LooksUpright(converted.Content.ToArray()).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void Archive_before_the_end_of_a_whole_picture_does_not_travel()
    {
        foreach (var jpeg in new[] { Plain, SamplePictures.ProgressiveJpeg(1, 320, 240) })
        {
            var sent = Sent([.. jpeg[..^2], .. Zip(), 0xFF, 0xD9]);

            sent.AsSpan().IndexOf("PK\u0003\u0004"u8).Should().Be(-1);
            SamplePictures.LooksUpright(sent).Should().BeTrue();
        }
    }

    [Fact]
    public void Header_with_a_thumbnail_and_a_long_one_of_Adobe_keep_their_colours_and_nothing_else()
    {
        // Without their headers the first would be taken for red, green and blue, and the second for luma and chroma.
        var named = NameComponents(Plain, "RGB"u8);
        byte[] thumbnail = [.. named[..2], .. Segment(0xE0, [.. "JFIF\0\u0001\u0001\0\0\u0001\0\u0001"u8, 1, 9, .. Hidden, .. "  "u8]), .. named[2..]];
        byte[] adobe = [.. Plain[..2], .. Segment(0xEE, [.. "Adobe\0\u0064\0\0\0\0\0"u8, .. Hidden]), .. Plain[2..]];

        foreach (var jpeg in new[] { thumbnail, adobe })
        {
            using var source = Pictures.Open(jpeg);
            var sent = Sent(jpeg);
            using var image = Pictures.Open(sent);

            using var difference = (source - image).Abs();
            difference.Avg().Should().BeLessThan(4);
            sent.AsSpan().IndexOf(Hidden).Should().Be(-1);
        }
    }

    [Fact]
    public void Profile_of_srgb_stays_and_what_is_behind_it_or_no_profile_does_not_travel()
    {
        var profile = ColourProfile.Of(ColourProfile.SrgbPrimaries, "sRGB");
        var scan = Find(Plain, StartOfScan);
        byte[] With(byte[] body) => [.. Plain[..scan], .. Segment(0xE2, [.. "ICC_PROFILE\0\u0001\u0001"u8, .. body]), .. Plain[scan..]];

        var whole = With(profile);
        Sent(whole).Should().Equal(whole);
        Sent(With([.. profile, .. Hidden])).AsSpan().IndexOf(Hidden).Should().Be(-1);
        Sent(With(Hidden)).AsSpan().IndexOf(Hidden).Should().Be(-1);
        Sent(With([0, 0, 0, (byte)(Hidden.Length + 4), .. Hidden])).AsSpan().IndexOf(Hidden).Should().Be(-1);
    }

    [Fact]
    public void Colours_of_wider_profiles_become_those_of_srgb()
    {
        foreach (var primaries in new[] { ColourProfile.AdobeRgbPrimaries, ColourProfile.DisplayP3Primaries })
        {
            using var plain = (Image.Black(700, 700) + new double[] { 190, 110, 80 }).Cast(Enums.BandFormat.Uchar);
            using var srgb = plain.Copy(interpretation: Enums.Interpretation.Srgb);
            using var described = srgb.Mutate(image => image.Set(GValue.BlobType, PageImage.ProfileField, ColourProfile.Of(primaries, "of a camera")));

            Colour(described.JpegsaveBuffer(q: 95)).Should().BeEquivalentTo(
                Pictures.ToSrgb([190, 110, 80], primaries), Pictures.Nearly(4));
        }
    }

    [Fact]
    public void Profile_is_known_by_what_it_does_and_not_by_its_name()
    {
        // As GIMP writes it for pictures whose values go as the light does.
        var linear = ColourProfile.Of(ColourProfile.SrgbPrimaries, "GIMP built-in Linear sRGB", gamma: 1);
        using var plain = (Image.Black(700, 700) + new double[] { 128, 30, 80 }).Cast(Enums.BandFormat.Uchar);
        using var srgb = plain.Copy(interpretation: Enums.Interpretation.Srgb);
        using var light = srgb.Mutate(image => image.Set(GValue.BlobType, PageImage.ProfileField, linear));

        Colour(light.JpegsaveBuffer(q: 95)).Should().BeEquivalentTo(new double[] { 188, 96, 151 }, Pictures.Nearly(5));
        SrgbProfile.Is(linear, isGrey: false).Should().BeFalse();
        SrgbProfile.Is(ColourProfile.Of(ColourProfile.SrgbPrimaries, "of a camera"), isGrey: false).Should().BeTrue();
        SrgbProfile.Is(ColourProfile.Of(ColourProfile.SrgbPrimaries, "of a camera"), isGrey: true).Should().BeFalse("it is for colours");
    }

    [Fact]
    public void Picture_of_inks_is_seen_in_its_colours_however_it_is_coded()
    {
        using var plain = (Image.Black(700, 700) + new double[] { 190, 110, 80 }).Cast(Enums.BandFormat.Uchar);
        using var srgb = plain.Copy(interpretation: Enums.Interpretation.Srgb);
        using var inks = srgb.IccTransform("cmyk", inputProfile: "srgb", embedded: false);
        Colour(inks.JpegsaveBuffer(q: 95)).Should().BeEquivalentTo(new double[] { 190, 110, 80 }, Pictures.Nearly(10));

        var plainInks = inks.JpegsaveBuffer(q: 95, keep: Enums.ForeignKeep.None);
        var expected = Colour(plainInks);
        expected.Should().BeEquivalentTo(new double[] { 190, 110, 80 }, Pictures.Nearly(10));

        // Luma and chroma of the inks, which libvips does not write: the saver turns each value over.
        var ink = inks.Getpoint(0, 0);
        var luma = (0.299 * ink[0]) + (0.587 * ink[1]) + (0.114 * ink[2]);
        double[] coded = [255 - luma, 255 - (128 + ((ink[2] - luma) * 0.564)), 255 - (128 + ((ink[0] - luma) * 0.713)), ink[3]];
        using var planes = (Image.Black(700, 700) + coded).Rint().Cast(Enums.BandFormat.Uchar);
        using var cmyk = planes.Copy(interpretation: Enums.Interpretation.Cmyk);
        var jpeg = cmyk.JpegsaveBuffer(q: 95, keep: Enums.ForeignKeep.None);
        var adobe = jpeg.AsSpan().IndexOf("Adobe"u8);
        jpeg[adobe + 11] = 2;
        Colour(jpeg).Should().BeEquivalentTo(expected, Pictures.Nearly(6));
    }

    [Fact]
    public void Picture_of_twelve_bits_is_refused()
    {
        var jpeg = (byte[])Plain.Clone();
        jpeg[Find(jpeg, 0xC0) + 4] = 12;

        Pictures.Refuse(jpeg, TargetShape.OnePicture).Should().Contain("damaged");
    }

    private static byte[] Sent(byte[] jpeg) => Pictures.Convert(jpeg, TargetShape.OnePicture).Content.ToArray();

    private static double[] Colour(byte[] jpeg)
    {
        using var image = Pictures.Open(Sent(jpeg));
        return image.Getpoint(image.Width / 2, image.Height / 2);
    }

    private static byte[] Segment(byte marker, byte[] body)
    {
        byte[] segment = [0xFF, marker, 0, 0, .. body];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(body.Length + 2));
        return segment;
    }

    private static int Find(byte[] jpeg, byte marker, int from = 2) =>
        from + jpeg.AsSpan(from).IndexOf((ReadOnlySpan<byte>)[0xFF, marker]);

    /// <summary>Gives the three components other names, in the frame and in the scan.</summary>
    private static byte[] NameComponents(byte[] jpeg, ReadOnlySpan<byte> names)
    {
        var named = (byte[])jpeg.Clone();
        var frame = Find(named, 0xC0) + 10;
        var scan = Find(named, StartOfScan) + 5;
        for (var i = 0; i < 3; i++)
        {
            named[frame + (3 * i)] = names[i];
            named[scan + (2 * i)] = names[i];
        }

        return named;
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            var entry = archive.CreateEntry("a.txt", CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var content = entry.Open();
            content.Write(Hidden);
        }

        return stream.ToArray();
    }
}
