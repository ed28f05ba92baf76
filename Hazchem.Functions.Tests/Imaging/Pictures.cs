using System.Buffers.Binary;
using FluentAssertions.Equivalency;
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

    /// <summary>What a colour of other primaries and a gamma of 2.2 is in sRGB, computed apart from any library.</summary>
    public static double[] ToSrgb(double[] colour, double[][] primaries)
    {
        var light = colour.Select(value => Math.Pow(value / 255, 2.2)).ToArray();
        var xyz = Enumerable.Range(0, 3).Select(i => light.Select((value, channel) => value * primaries[channel][i]).Sum()).ToArray();
        double[][] fromXyz =
        [
            [3.13386, -1.61687, -0.49061],
            [-0.97877, 1.91614, 0.03345],
            [0.07195, -0.22899, 1.40524],
        ];
        return [.. fromXyz.Select(row =>
        {
            var value = Math.Clamp(row.Zip(xyz, (factor, part) => factor * part).Sum(), 0, 1);
            return 255 * (value <= 0.0031308 ? 12.92 * value : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055);
        })];
    }

    public static Func<EquivalencyAssertionOptions<double>, EquivalencyAssertionOptions<double>> Nearly(double tolerance) => options => options
        .WithStrictOrdering()
        .Using<double>(context => context.Subject.Should().BeApproximately(context.Expectation, tolerance))
        .WhenTypeIs<double>();

    /// <summary>A few bytes that say they are 30,000 by 30,000 pixels.</summary>
    public static byte[] PngBomb()
    {
        var png = Samples.SamplePictures.Png(1, 40, 30);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 30_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    /// <summary>PNG's check sum, of a chunk's name and body.</summary>
    public static uint Crc(ReadOnlySpan<byte> chunk)
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
