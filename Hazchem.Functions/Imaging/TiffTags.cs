using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging;

/// <summary>Reads the tags of a TIFF's pages, to see whether it may be sent as it came.</summary>
internal static class TiffTags
{
    private const ushort BitsPerSample = 258;
    private const ushort Compression = 259;
    private const ushort Orientation = 274;
    private const ushort SamplesPerPixel = 277;
    private const ushort Short = 3;

    /// <summary>
    /// Whether every page is bilevel, coded as group 3 or 4, stored upright, and described by nothing but what is needed to
    /// show it. An unknown tag may hold a name or a place, so the file is then written anew, without loss.
    /// </summary>
    public static bool IsPlainFax(ReadOnlySpan<byte> content, int pages)
    {
        if (content.Length < 8)
        {
            return false;
        }

        var little = content[0] == (byte)'I';
        var next = Long(content[4..], little);
        for (var page = 0; page < pages; page++)
        {
            if (next < 8 || next > content.Length - 2)
            {
                return false;
            }

            var directory = content[(int)next..];
            var count = Word(directory, little);
            var length = 2 + (12 * count);
            if (directory.Length < length + 4 || !IsPlainFaxPage(directory[2..length], little))
            {
                return false;
            }

            next = Long(directory[length..], little);
        }

        return next == 0;
    }

    private static bool IsPlainFaxPage(ReadOnlySpan<byte> entries, bool little)
    {
        var fax = false;
        for (; entries.Length >= 12; entries = entries[12..])
        {
            var tag = Word(entries, little);
            var value = Word(entries[2..], little) == Short ? Word(entries[8..], little) : 0;
            switch (tag)
            {
                case Compression when value is 3 or 4:
                    fax = true;
                    break;
                case Compression:
                case BitsPerSample when value != 1:
                case SamplesPerPixel when value != 1:
                case Orientation when value != 1:
                    return false;
                default:
                    if (!IsNeeded(tag))
                    {
                        return false;
                    }

                    break;
            }
        }

        return fax;
    }

    /// <summary>Size, coding and place of the points, resolution, page number; and the name of the program that wrote it.</summary>
    private static bool IsNeeded(ushort tag) => tag
        is (>= 254 and <= 259) or 262 or 263 or 266 or 273 or 274 or (>= 277 and <= 284) or 292 or 293 or 296 or 297
        or 305 or 306 or (>= 326 and <= 328) or 338 or 339;

    private static ushort Word(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint Long(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
