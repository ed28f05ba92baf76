namespace Hazchem.Samples;

/// <summary>
/// Codes a picture as HEVC with all points as they are (the format calls it PCM), since nothing here can write HEVC and a
/// reader does not care how little it was compressed.
/// </summary>
internal static class HevcPicture
{
    /// <summary>Pixels. Sides are whole multiples of it.</summary>
    public const int BlockSide = 32;

    private const int VideoParameters = 32;
    private const int SequenceParameters = 33;
    private const int PictureParameters = 34;
    private const int WholePicture = 19;

    /// <summary>
    /// What the arithmetic coder makes of "one block, undivided" and "raw points follow", with which each slice begins,
    /// and of "the slice ends". Each slice has one block, so that these are always the same.
    /// </summary>
    private static readonly byte[] RawBlock = [0x86, 0x80];
    private static readonly byte[] SliceEnd = [0xFE, 0x80];

    /// <summary>The decoder's configuration record for pictures of a size, as a HEIC file holds it.</summary>
    public static byte[] Configuration(int width, int height)
    {
        byte[] general = [0x03, 0x70, 0, 0, 0, 0xB0, 0, 0, 0, 0, 0, 120];
        (int Type, byte[] Unit)[] units =
        [
            (VideoParameters, Unit(VideoParameters, Video())),
            (SequenceParameters, Unit(SequenceParameters, Sequence(width, height))),
            (PictureParameters, Unit(PictureParameters, Picture())),
        ];
        var record = new BitWriter()
            .Bytes([1, .. general])
            .Bytes([0xF0, 0x00, 0xFC, 0xFC | 1, 0xF8, 0xF8, 0, 0, 0x0F, (byte)units.Length]);
        foreach (var (type, unit) in units)
        {
            record.Bytes([(byte)(0x80 | type), 0, 1, (byte)(unit.Length >> 8), (byte)unit.Length]).Bytes(unit);
        }

        return record.ToArray();
    }

    /// <summary>The coded points, each unit with its length before it.</summary>
    /// <param name="rgb">Three bytes a point.</param>
    public static byte[] Code(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var across = width / BlockSide;
        var blocks = across * (height / BlockSide);
        var addressBits = 32 - int.LeadingZeroCount(blocks - 1);
        var coded = new BitWriter();
        for (var block = 0; block < blocks; block++)
        {
            // first of the picture; keep none before; which parameters; where; type I; no change of quality.
            var slice = new BitWriter().Flag(block == 0).Flag(false).Golomb(0);
            if (block > 0)
            {
                slice.Bits((uint)block, addressBits);
            }

            slice.Golomb(2).Golomb(0).Stop().Bytes(RawBlock);
            WritePoints(slice, rgb, width, block % across * BlockSide, block / across * BlockSide);
            var unit = Unit(WholePicture, slice.Bytes(SliceEnd).ToArray());
            coded.Bits((uint)unit.Length, 32).Bytes(unit);
        }

        return coded.ToArray();
    }

    private static void WritePoints(BitWriter slice, ReadOnlySpan<byte> rgb, int width, int left, int top)
    {
        Span<byte> luma = stackalloc byte[BlockSide * BlockSide];
        Span<byte> blue = stackalloc byte[luma.Length / 4];
        Span<byte> red = stackalloc byte[luma.Length / 4];
        for (var y = 0; y < BlockSide; y++)
        {
            for (var x = 0; x < BlockSide; x++)
            {
                var point = rgb[((((top + y) * width) + left + x) * 3)..];
                var light = (0.299 * point[0]) + (0.587 * point[1]) + (0.114 * point[2]);
                luma[(y * BlockSide) + x] = (byte)Math.Round(light);
                if ((x & y & 1) == 1)
                {
                    var at = (y / 2 * (BlockSide / 2)) + (x / 2);
                    blue[at] = (byte)Math.Clamp(Math.Round(128 + (0.564 * (point[2] - light))), 0, 255);
                    red[at] = (byte)Math.Clamp(Math.Round(128 + (0.713 * (point[0] - light))), 0, 255);
                }
            }
        }

        slice.Bytes(luma).Bytes(blue).Bytes(red);
    }

    private static byte[] Video() => Profile(new BitWriter().Bits(0, 4).Bits(3, 2).Bits(0, 6).Bits(0, 3).Flag(true).Bits(0xFFFF, 16))
        .Flag(true).Golomb(0).Golomb(0).Golomb(0)
        .Bits(0, 6).Golomb(0).Flag(false).Flag(false)
        .Stop().ToArray();

    private static byte[] Sequence(int width, int height)
    {
        var writer = Profile(new BitWriter().Bits(0, 4).Bits(0, 3).Flag(true))
            .Golomb(0).Golomb(1).Golomb((uint)width).Golomb((uint)height).Flag(false)
            .Golomb(0).Golomb(0).Golomb(0)
            .Flag(true).Golomb(0).Golomb(0).Golomb(0);

        // Blocks of 32 and nothing smaller; transforms, which are not used, of 4 to 32.
        writer.Golomb(2).Golomb(0).Golomb(0).Golomb(3).Golomb(0).Golomb(0);

        // Raw points of eight bits in blocks of 32, which no filter touches.
        writer.Flag(false).Flag(false).Flag(false).Flag(true).Bits(7, 4).Bits(7, 4).Golomb(2).Golomb(0).Flag(true);
        writer.Golomb(0).Flag(false).Flag(false).Flag(false);

        // How colours are meant: the full range of a byte, the primaries, curve and matrix of sRGB in JPEG.
        return writer.Flag(true).Flag(false).Flag(false)
            .Flag(true).Bits(5, 3).Flag(true).Flag(true).Bits(1, 8).Bits(13, 8).Bits(6, 8)
            .Flag(false).Flag(false).Flag(false).Flag(false).Flag(false).Flag(false).Flag(false)
            .Flag(false)
            .Stop().ToArray();
    }

    private static byte[] Picture() => new BitWriter()
        .Golomb(0).Golomb(0).Flag(false).Flag(false).Bits(0, 3).Flag(false).Flag(false)
        .Golomb(0).Golomb(0).Golomb(0).Flag(false).Flag(false).Flag(false)
        .Golomb(0).Golomb(0).Flag(false).Flag(false).Flag(false).Flag(false).Flag(false).Flag(false).Flag(false)

        // No deblocking.
        .Flag(true).Flag(false).Flag(true)
        .Flag(false).Flag(false).Golomb(0).Flag(false).Flag(false)
        .Stop().ToArray();

    /// <summary>Main still picture, level 4.</summary>
    private static BitWriter Profile(BitWriter writer) =>
        writer.Bits(3, 8).Bits(0x70000000, 32).Bits(0xB, 4).Bits(0, 32).Bits(0, 12).Bits(120, 8);

    /// <summary>A unit with its header, and a three where its bytes would look like the beginning of another.</summary>
    private static byte[] Unit(int type, ReadOnlySpan<byte> payload)
    {
        List<byte> unit = [(byte)(type << 1), 1];
        var zeros = 0;
        foreach (var value in payload)
        {
            if (zeros >= 2 && value <= 3)
            {
                unit.Add(3);
                zeros = 0;
            }

            unit.Add(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }

        return [.. unit];
    }
}
