using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Walks a JPEG from marker to marker and takes out all that is not needed to show it: EXIF with its GPS, XMP, IPTC,
/// comments, thumbnails, second pictures and whatever a phone appended behind the end.
/// </summary>
internal static class JpegSegments
{
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte HuffmanTables = 0xC4;
    private const byte QuantisationTables = 0xDB;
    private const byte RestartInterval = 0xDD;
    private const byte FirstApplication = 0xE0;
    private const byte ProfileApplication = 0xE2;
    private const byte AdobeApplication = 0xEE;
    private const byte LastApplication = 0xEF;
    private const byte Comment = 0xFE;

    /// <summary>Of the bodies that say how colours are coded. A longer one holds something else besides.</summary>
    private const int JfifBytes = 14;
    private const int AdobeBytes = 12;

    /// <summary>
    /// The same coded picture without metadata, which is <paramref name="jpeg"/> itself, the same memory, if it has none;
    /// or null where the markers are not as they should be, or it would be longer than <paramref name="maxBytes"/>, and the
    /// picture must be decoded and coded anew. What stands among the coded points themselves <see cref="JpegCode"/> sees.
    /// </summary>
    public static ReadOnlyMemory<byte>? Strip(ReadOnlyMemory<byte> jpeg, long maxBytes)
    {
        var content = jpeg.Span;
        List<Range> kept = [0..2];
        var keptBytes = 2;
        var at = 2;
        while (keptBytes <= maxBytes && at + 4 <= content.Length && content[at] == 0xFF)
        {
            var marker = content[at + 1];
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(content[(at + 2)..]);
            if (end < at + 4 || end > content.Length || !IsPlain(marker, content[(at + 4)..end]))
            {
                return null;
            }

            var segment = at..end;
            if (marker == StartOfScan)
            {
                var next = FindMarker(content, end);
                if (next < 0)
                {
                    return null;
                }

                segment = at..next;
            }

            if (IsNeeded(marker, content[(at + 4)..end]))
            {
                kept.Add(segment);
                keptBytes += segment.End.Value - at;
            }

            at = segment.End.Value;
            if (at + 2 <= content.Length && content[at] == 0xFF && content[at + 1] == EndOfImage)
            {
                kept.Add(at..(at + 2));
                keptBytes += 2;
                if (keptBytes > maxBytes)
                {
                    return null;
                }

                return keptBytes == content.Length ? jpeg : Join(content, kept, keptBytes);
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a segment is one that every decoder reads alike. The rarer codings, reserved markers and a marker behind
    /// filling bytes are not; nor is a JFIF header with a thumbnail, or a long one of Adobe, without which the colours would
    /// be taken for others.
    /// </summary>
    private static bool IsPlain(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        FirstApplication => body.Length <= JfifBytes || !body.StartsWith("JFIF\0"u8),
        AdobeApplication => body.Length <= AdobeBytes || !body.StartsWith("Adobe"u8),
        (> FirstApplication and <= LastApplication) or Comment => true,
        _ => IsCoding(marker),
    };

    /// <summary>Baseline, extended or progressive, with Huffman's tables.</summary>
    private static bool IsCoding(byte marker) => marker
        is (>= 0xC0 and <= 0xC2) or HuffmanTables or StartOfScan or QuantisationTables or RestartInterval;

    private static bool IsNeeded(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        FirstApplication => body.Length == JfifBytes && body.StartsWith("JFIF\0"u8),

        // The other uses of this marker are second pictures.
        ProfileApplication => body.StartsWith("ICC_PROFILE\0"u8),
        AdobeApplication => body.Length == AdobeBytes && body.StartsWith("Adobe"u8),
        _ => IsCoding(marker),
    };

    /// <summary>Where the coded points end: a stuffed zero and a restart marker belong to them.</summary>
    private static int FindMarker(ReadOnlySpan<byte> content, int from)
    {
        var at = from;
        while (content[at..].IndexOf((byte)0xFF) is >= 0 and var step && at + step + 1 < content.Length)
        {
            at += step;
            if (content[at + 1] is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }

            at += content[at + 1] == 0xFF ? 1 : 2;
        }

        return -1;
    }

    private static byte[] Join(ReadOnlySpan<byte> content, List<Range> kept, int length)
    {
        var joined = new byte[length];
        var at = 0;
        foreach (var range in kept)
        {
            content[range].CopyTo(joined.AsSpan(at));
            at += range.End.Value - range.Start.Value;
        }

        return joined;
    }
}
