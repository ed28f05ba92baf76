using System.Buffers.Binary;
using System.Numerics;

namespace Hazchem.Functions.Imaging;

/// <summary>Looks at all of a TIFF, to see whether it may be sent as it came.</summary>
internal static class TiffTags
{
    /// <summary>Bytes. Pieces of a TIFF begin at even places, and some writers align them more coarsely.</summary>
    private const int LongestGap = 16;

    /// <summary>Twice the end of a line, in 24 bits.</summary>
    private const uint EndOfFacsimileBlock = 0x001001;

    /// <summary>
    /// Whether every page is bilevel, coded as group 3 or 4, stored upright, and described by nothing but what is needed to
    /// show it. An unknown tag may hold a name or a place, and so may bytes that belong to nothing; the file is then
    /// written anew, without loss. So is BigTIFF, which not every viewer reads.
    /// </summary>
    public static bool IsPlainFax(byte[] content, int pages)
    {
        try
        {
            var chain = TiffDirectories.Chain(content);
            if (chain.Count != pages || TiffLayout.Of(content).IsBig)
            {
                return false;
            }

            var directories = TiffDirectories.Read(content, chain);
            return directories.All(IsPlainFaxPage) && AllBelongs(content.Length, directories);
        }
        catch (UnreadableFileException)
        {
            return false;
        }
    }

    /// <summary>
    /// The code of each page where that is all a file needs to be written anew: every page upright, of group 4 in its usual
    /// form, in one strip, and with nothing behind the mark of its end.
    /// </summary>
    /// <returns>Null for any other file, and for one whose code is longer than <paramref name="maxBytes"/>.</returns>
    public static IReadOnlyList<byte[]>? Group4Code(byte[] content, long maxBytes)
    {
        try
        {
            List<byte[]> codes = [];
            long bytes = 0;
            foreach (var page in TiffDirectories.Read(content, TiffDirectories.Chain(content)).Where(page => !page.IsNoPage))
            {
                var (at, length) = (page.First(TiffDirectory.StripOffsets, 0), page.First(TiffDirectory.StripByteCounts, 0));
                bytes += (long)Math.Min(length, int.MaxValue);
                if (bytes > maxBytes || !IsGroup4InOneStrip(page) || at > (ulong)content.Length || length > (ulong)content.Length - at)
                {
                    return null;
                }

                var code = content.AsSpan((int)at, (int)length);
                if (!EndsWithItsMark(code))
                {
                    return null;
                }

                codes.Add(code.ToArray());
            }

            return codes;
        }
        catch (UnreadableFileException)
        {
            return null;
        }
    }

    /// <summary>Whether the last bits of it, but for zeros that fill up, are group 4's mark of the end.</summary>
    private static bool EndsWithItsMark(ReadOnlySpan<byte> code)
    {
        code = code.TrimEnd((byte)0);
        return code.Length >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32BigEndian(code[^sizeof(uint)..]) is var last
            && ((last >> BitOperations.TrailingZeroCount(last)) & 0xFFFFFF) == EndOfFacsimileBlock;
    }

    private static bool IsGroup4InOneStrip(TiffDirectory page) =>
        IsUprightFax(page)
        && page.First(TiffDirectory.CompressionTag, 1) == 4
        && page.First(TiffDirectory.Photometric, 0) == 0
        && page.First(TiffDirectory.FillOrder, 1) == 1
        && page.First(TiffDirectory.Group4Options, 0) == 0
        && page.All(TiffDirectory.StripOffsets).Count() == 1
        && page.All(TiffDirectory.StripByteCounts).Count() == 1
        && page.Entries.All(entry => entry.Tag != TiffDirectory.TileWidth);

    private static bool IsPlainFaxPage(TiffDirectory page) => IsUprightFax(page) && page.Entries.All(entry => IsNeeded(entry.Tag));

    private static bool IsUprightFax(TiffDirectory page) =>
        page.First(TiffDirectory.CompressionTag, 1) is 3 or 4
        && page.First(TiffDirectory.BitsPerSample, 1) == 1
        && page.First(TiffDirectory.SamplesPerPixel, 1) == 1
        && page.First(TiffDirectory.Orientation, 1) == 1;

    /// <summary>Size, coding and place of the points, resolution, page number.</summary>
    private static bool IsNeeded(ushort tag) => tag
        is (>= 254 and <= 259) or 262 or 263 or 266 or 273 or 274 or (>= 277 and <= 284) or 292 or 293 or 296 or 297
        or (>= 326 and <= 328) or 338 or 339;

    private static bool AllBelongs(int length, IReadOnlyList<TiffDirectory> directories)
    {
        List<(long Begin, long End)> pieces = [(0, 8), (length, length)];
        foreach (var directory in directories)
        {
            pieces.Add((directory.Bytes.Start.Value, directory.Bytes.End.Value));
            pieces.AddRange(directory.Entries
                .Where(entry => !entry.IsInEntry)
                .Select(entry => ((long)entry.ValueAt, entry.ValueAt + ((long)entry.Count * TiffLayout.SizeOf(entry.Type)))));
            pieces.AddRange(directory.All(TiffDirectory.StripOffsets)
                .Zip(directory.All(TiffDirectory.StripByteCounts), (at, bytes) => ((long)at, (long)(at + bytes))));
        }

        var known = 0L;
        foreach (var (begin, end) in pieces.Order())
        {
            if (begin > known + LongestGap)
            {
                return false;
            }

            known = Math.Max(known, end);
        }

        return known <= length;
    }
}
