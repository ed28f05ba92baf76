using System.Buffers.Binary;
using System.Text;

namespace Hazchem.Samples;

/// <summary>
/// Writes an EXIF segment by hand, so that a sample holds exactly what it says whatever libvips would make of it.
/// </summary>
internal static class ExifBlock
{
    private const ushort Ascii = 2;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;

    /// <summary>The JPEG with an EXIF segment put behind its first marker.</summary>
    public static byte[] Insert(byte[] jpeg, int orientation, bool gps, string? takenAt, string? offset)
    {
        var tiff = Build(orientation, gps, takenAt, offset);
        var segment = new byte[4 + 6 + tiff.Length];
        segment[0] = 0xFF;
        segment[1] = 0xE1;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(segment.Length - 2));
        "Exif\0\0"u8.CopyTo(segment.AsSpan(4));
        tiff.CopyTo(segment, 10);
        return [.. jpeg.AsSpan(0, 2), .. segment, .. jpeg.AsSpan(2)];
    }

    /// <summary>EXIF as it stands in a file of its own: a TIFF without points.</summary>
    public static byte[] Build(int orientation, bool gps, string? takenAt, string? offset)
    {
        List<Field> taken = [];
        if (takenAt is not null)
        {
            taken.Add(Text(0x9003, takenAt));
        }

        if (offset is not null)
        {
            taken.Add(Text(0x9011, offset));
        }

        List<Field> place = gps
            ?
            [
                Text(1, "N"),
                Degrees(2, 53, 24, 30),
                Text(3, "W"),
                Degrees(4, 2, 59, 12),
            ]
            : [];

        List<Field> main = [Text(0x010F, "Hazchem sample"), Number(0x0112, Short, (uint)orientation)];
        const int start = 8;
        var mainCount = main.Count + (taken.Count > 0 ? 1 : 0) + (place.Count > 0 ? 1 : 0);
        var mainLength = LengthOf(main, mainCount);
        var takenLength = LengthOf(taken, taken.Count);
        if (taken.Count > 0)
        {
            main.Add(Number(0x8769, Long, (uint)(start + mainLength)));
        }

        if (place.Count > 0)
        {
            main.Add(Number(0x8825, Long, (uint)(start + mainLength + takenLength)));
        }

        var block = new byte[start + mainLength + takenLength + LengthOf(place, place.Count)];
        "MM\0*"u8.CopyTo(block);
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(4), start);
        WriteDirectory(block, start, main);
        WriteDirectory(block, start + mainLength, taken);
        WriteDirectory(block, start + mainLength + takenLength, place);
        return block;
    }

    /// <summary>In bytes, with the values that do not fit in an entry behind the entries.</summary>
    private static int LengthOf(List<Field> fields, int count) =>
        count == 0 ? 0 : 2 + (12 * count) + 4 + fields.Sum(field => field.Value.Length > 4 ? field.Value.Length : 0);

    private static void WriteDirectory(byte[] block, int at, List<Field> fields)
    {
        if (fields.Count == 0)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(at), (ushort)fields.Count);
        var values = at + 2 + (12 * fields.Count) + 4;
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            var entry = block.AsSpan(at + 2 + (12 * i), 12);
            BinaryPrimitives.WriteUInt16BigEndian(entry, field.Tag);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], field.Type);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], field.Count);
            if (field.Value.Length <= 4)
            {
                field.Value.CopyTo(entry[8..]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(entry[8..], (uint)values);
                field.Value.CopyTo(block, values);
                values += field.Value.Length;
            }
        }
    }

    private static Field Text(ushort tag, string text)
    {
        var value = Encoding.ASCII.GetBytes(text + "\0");
        return new Field(tag, Ascii, (uint)value.Length, value);
    }

    private static Field Number(ushort tag, ushort type, uint number)
    {
        var value = new byte[type == Short ? 2 : 4];
        if (type == Short)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)number);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, number);
        }

        return new Field(tag, type, 1, value);
    }

    private static Field Degrees(ushort tag, uint degrees, uint minutes, uint seconds)
    {
        var value = new byte[24];
        uint[] numbers = [degrees, 1, minutes, 1, seconds, 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4 * i), numbers[i]);
        }

        return new Field(tag, Rational, 3, value);
    }

    private sealed record Field(ushort Tag, ushort Type, uint Count, byte[] Value);
}
