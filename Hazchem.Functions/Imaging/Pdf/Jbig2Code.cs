using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>Says whether JBIG2 breaks off, by the lengths that its segments say they have.</summary>
internal static class Jbig2Code
{
    private const int EndOfPage = 49;
    private const int TypeBits = 0x3F;
    private const int LongPageNumber = 0x40;
    private const int ManyReferences = 7;
    private const uint UnknownLength = 0xFFFFFFFF;

    /// <param name="code">As a PDF has it: segments, without a file's header.</param>
    public static bool IsWhole(ReadOnlySpan<byte> code)
    {
        for (long at = 0; at < code.Length;)
        {
            var segment = code[(int)at..];
            if (HeaderBytes(segment) is not { } headerBytes)
            {
                // Too little for a segment: what fills up the stream.
                return true;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(segment[(headerBytes - sizeof(uint))..]);
            if ((segment[4] & TypeBits) == EndOfPage || length == UnknownLength)
            {
                return true;
            }

            at += headerBytes + length;
            if (at > code.Length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How long a segment's header is: number, kind, which segments it refers to, page, length.</summary>
    /// <returns>Null where there is not so much.</returns>
    private static int? HeaderBytes(ReadOnlySpan<byte> segment)
    {
        const int referencesAt = 5;
        if (segment.Length < referencesAt + sizeof(uint))
        {
            return null;
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(segment);
        long references = segment[referencesAt] >> 5;
        long bytes = referencesAt + 1;
        if (references == ManyReferences)
        {
            references = BinaryPrimitives.ReadUInt32BigEndian(segment[referencesAt..]) & 0x1FFFFFFF;
            bytes = referencesAt + sizeof(uint) + ((references + 8) / 8);
        }

        bytes += references * (number <= 256 ? 1 : number <= 65_536 ? 2 : 4);
        bytes += ((segment[4] & LongPageNumber) != 0 ? 4 : 1) + sizeof(uint);
        return bytes <= segment.Length ? (int)bytes : null;
    }
}
