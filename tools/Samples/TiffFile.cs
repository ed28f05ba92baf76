using System.Buffers.Binary;

namespace Hazchem.Samples;

/// <summary>Writes TIFF byte by byte, so that a sample can be what no library would write.</summary>
public static class TiffFile
{
    /// <param name="pages">In their order.</param>
    /// <param name="isBigEndian">The highest byte of a number comes first.</param>
    /// <param name="isBig">BigTIFF, with places of eight bytes.</param>
    /// <param name="lastGoesOnAt">To which page the last one's directory leads, from 0; -1 for the end.</param>
    public static byte[] Write(IReadOnlyList<TiffPage> pages, bool isBigEndian = false, bool isBig = false, int lastGoesOnAt = -1)
    {
        ArgumentNullException.ThrowIfNull(pages);
        List<byte> file = [.. isBigEndian ? "MM"u8 : "II"u8, .. Number(isBig ? 43 : 42, 2, isBigEndian)];
        if (isBig)
        {
            file.AddRange([.. Number(8, 2, isBigEndian), 0, 0]);
        }

        var placeBytes = isBig ? 8 : 4;
        var linkAt = file.Count;
        file.AddRange(new byte[placeBytes]);
        List<long> directories = [];
        foreach (var page in pages)
        {
            long pointsAt = file.Count;
            file.AddRange(page.Points);
            Align(file);
            List<byte> entries = [];
            foreach (var (tag, type, values) in page.Entries)
            {
                var size = type switch { 3 => 2, 16 => 8, 1 or 2 or 7 => 1, _ => 4 };
                byte[] value = [.. values.SelectMany(number => Number(number < 0 ? pointsAt - 1 - number : number, size, isBigEndian))];
                var count = type == TiffPage.RationalType ? values.Length / 2 : values.Length;
                entries.AddRange([.. Number(tag, 2, isBigEndian), .. Number(type, 2, isBigEndian), .. Number(count, placeBytes, isBigEndian)]);
                if (value.Length > placeBytes)
                {
                    entries.AddRange(Number(file.Count, placeBytes, isBigEndian));
                    file.AddRange(value);
                    Align(file);
                }
                else
                {
                    entries.AddRange([.. value, .. new byte[placeBytes - value.Length]]);
                }
            }

            Link(file, linkAt, file.Count);
            directories.Add(file.Count);
            file.AddRange([.. Number(page.Entries.Count, isBig ? 8 : 2, isBigEndian), .. entries]);
            linkAt = file.Count;
            file.AddRange(new byte[placeBytes]);
        }

        if (lastGoesOnAt >= 0)
        {
            Link(file, linkAt, directories[lastGoesOnAt]);
        }

        return [.. file];

        void Link(List<byte> content, int at, long place)
        {
            var bytes = Number(place, placeBytes, isBigEndian);
            for (var i = 0; i < placeBytes; i++)
            {
                content[at + i] = bytes[i];
            }
        }
    }

    private static void Align(List<byte> file)
    {
        if (file.Count % 2 == 1)
        {
            file.Add(0);
        }
    }

    private static byte[] Number(long value, int size, bool isBigEndian)
    {
        var bytes = new byte[8];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            return bytes[^size..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes[..size];
    }
}
