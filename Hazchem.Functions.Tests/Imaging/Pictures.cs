using System.Buffers.Binary;
using Hazchem.Functions.Imaging;
using Microsoft.Extensions.Configuration;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>What the imaging tests share: a converter, outcomes as they are wanted, and odd files.</summary>
internal static class Pictures
{
    private const int Enough = 500_000;

    /// <summary>The defaults.</summary>
    public static ImagingOptions Options { get; } = ImagingOptions.From(new ConfigurationBuilder().Build());

    public static ImageConverter Converter { get; } = new(Options);

    public static ConversionResult.Converted Convert(byte[] original, TargetShape shape, long maxBytes = Enough)
    {
        var converted = Converter.Convert(original, shape, maxBytes, TestContext.Current.CancellationToken)
            .Should().BeOfType<ConversionResult.Converted>().Subject;
        converted.Content.Length.Should().BeLessThanOrEqualTo((int)maxBytes);
        ContentRecognition.Recognise(converted.Content.Span).Should().Be(converted.Format);
        return converted;
    }

    public static string Refuse(byte[] original, TargetShape shape, long maxBytes = Enough) =>
        Converter.Convert(original, shape, maxBytes, TestContext.Current.CancellationToken)
            .Should().BeOfType<ConversionResult.Refused>().Subject.Reason;

    public static Image Open(ReadOnlyMemory<byte> content, int page = 0, bool tiff = false) =>
        Image.NewFromBuffer(content.ToArray(), failOn: Enums.FailOn.Warning, kwargs: tiff ? new VOption { { "page", page } } : null);

    /// <summary>The markers of a JPEG before its first scan.</summary>
    public static List<byte> Markers(ReadOnlySpan<byte> jpeg)
    {
        List<byte> markers = [];
        for (var at = 2; jpeg[at + 1] != 0xDA; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]))
        {
            markers.Add(jpeg[at + 1]);
        }

        return markers;
    }

    /// <summary>A few bytes that say they are 30,000 by 30,000 pixels.</summary>
    public static byte[] PngBomb()
    {
        var png = Samples.SamplePictures.Png(1, 40, 30);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 30_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> chunk)
    {
        var crc = uint.MaxValue;
        foreach (var value in chunk)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }
}
