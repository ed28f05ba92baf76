using System.Buffers.Binary;

namespace Hazchem.Samples;

/// <summary>Writes BMP of every kind that programs have made, of a picture of four colours in four quarters.</summary>
public static class BmpFile
{
    public const int Width = 646;
    public const int Height = 480;

    private const int Rle8 = 1;
    private const int Rle4 = 2;
    private const int BitFields = 3;

    /// <summary>Top left, top right, bottom left, bottom right; red, green, blue.</summary>
    public static IReadOnlyList<byte[]> Colours { get; } = [[200, 32, 48], [32, 160, 64], [40, 64, 208], [248, 240, 232]];

    /// <param name="headerBytes">12 for OS/2's, 40, 52, 56, 108 or 124.</param>
    /// <param name="bits">A point: 1, 4, 8, 16, 24 or 32.</param>
    /// <param name="compressed">By run lengths, for 4 and 8 bits.</param>
    /// <param name="topDown">The first row is the topmost.</param>
    public static byte[] Write(int headerBytes, int bits, bool compressed = false, bool topDown = false)
    {
        var isOs2 = headerBytes == 12;
        var hasMasks = headerBytes == 40 && bits == 16;
        var palette = bits > 8 ? [] : Palette(bits, isOs2 ? 3 : 4);
        var points = compressed ? Compress(bits) : Rows(bits, topDown);
        var start = 14 + headerBytes + (hasMasks ? 12 : 0) + palette.Length;
        var bmp = new byte[start + points.Length];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), start);
        var header = bmp.AsSpan(14);
        BinaryPrimitives.WriteInt32LittleEndian(header, headerBytes);
        if (isOs2)
        {
            BinaryPrimitives.WriteInt16LittleEndian(header[4..], Width);
            BinaryPrimitives.WriteInt16LittleEndian(header[6..], Height);
            header[8] = 1;
            header[10] = (byte)bits;
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], Width);
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], topDown ? -Height : Height);
            header[12] = 1;
            header[14] = (byte)bits;
            header[16] = (byte)(compressed ? (bits == 8 ? Rle8 : Rle4) : bits == 16 || (bits == 32 && headerBytes > 40) ? BitFields : 0);
            BinaryPrimitives.WriteInt32LittleEndian(header[20..], points.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header[24..], 7874);
            BinaryPrimitives.WriteInt32LittleEndian(header[28..], 7874);
            if (bits == 16 || headerBytes > 40)
            {
                uint[] masks = bits == 16 ? [0xF800, 0x07E0, 0x001F] : [0x00FF0000, 0x0000FF00, 0x000000FF];
                for (var i = 0; i < 3; i++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(header[(40 + (4 * i))..], masks[i]);
                }
            }
        }

        palette.CopyTo(bmp, start - palette.Length);
        points.CopyTo(bmp, start);
        return bmp;
    }

    private static int ColourAt(int x, int y, int colours) => Math.Min((x < Width / 2 ? 0 : 1) + (y < Height / 2 ? 0 : 2), colours - 1);

    private static byte[] Palette(int bits, int entryBytes)
    {
        var palette = new byte[(1 << bits) * entryBytes];
        for (var i = 0; i < Math.Min(Colours.Count, 1 << bits); i++)
        {
            (palette[i * entryBytes], palette[(i * entryBytes) + 1], palette[(i * entryBytes) + 2]) = (Colours[i][2], Colours[i][1], Colours[i][0]);
        }

        return palette;
    }

    private static byte[] Rows(int bits, bool topDown)
    {
        var stride = ((Width * bits) + 31) / 32 * 4;
        var rows = new byte[stride * Height];
        for (var y = 0; y < Height; y++)
        {
            var row = rows.AsSpan((topDown ? y : Height - 1 - y) * stride, stride);
            for (var x = 0; x < Width; x++)
            {
                var index = ColourAt(x, y, bits == 1 ? 2 : 4);
                var colour = Colours[index];
                switch (bits)
                {
                    case <= 8:
                        row[x * bits / 8] |= (byte)(index << (8 - bits - (x * bits % 8)));
                        break;
                    case 16:
                        BinaryPrimitives.WriteUInt16LittleEndian(
                            row[(x * 2)..], (ushort)((colour[0] >> 3 << 11) | (colour[1] >> 2 << 5) | (colour[2] >> 3)));
                        break;
                    default:
                        (row[x * bits / 8], row[(x * bits / 8) + 1], row[(x * bits / 8) + 2]) = (colour[2], colour[1], colour[0]);
                        break;
                }
            }
        }

        return rows;
    }

    private static byte[] Compress(int bits)
    {
        List<byte> code = [];
        for (var y = Height - 1; y >= 0; y--)
        {
            for (var x = 0; x < Width;)
            {
                var index = ColourAt(x, y, 4);
                var run = 1;
                while (x + run < Width && run < 255 && ColourAt(x + run, y, 4) == index)
                {
                    run++;
                }

                code.AddRange([(byte)run, (byte)(bits == 8 ? index : (index << 4) | index)]);
                x += run;
            }

            code.AddRange([0, 0]);
        }

        return [.. code, 0, 1];
    }
}
