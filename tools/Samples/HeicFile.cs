using System.Buffers.Binary;

namespace Hazchem.Samples;

/// <summary>
/// Writes HEIC as iPhones do: a grid of coded tiles, turned by a property of its own, with a colour profile and EXIF that
/// says once more how to turn it, which a reader must not do twice.
/// </summary>
internal static class HeicFile
{
    private const int TileSide = 256;
    private const byte IsEssential = 0x80;

    /// <param name="rgb">As it is stored, before it is turned; three bytes a point.</param>
    /// <param name="quarterTurns">To the left, to show it upright; 3 is usual for a phone held upright.</param>
    /// <param name="profile">An ICC profile, or null for none.</param>
    /// <param name="exif">As <see cref="ExifBlock.Build"/> makes it, or null for none.</param>
    public static byte[] Write(byte[] rgb, int width, int height, int quarterTurns, byte[]? profile, byte[]? exif)
    {
        var across = (width + TileSide - 1) / TileSide;
        var down = (height + TileSide - 1) / TileSide;
        var tiles = across * down;
        var grid = (ushort)(tiles + 1);
        byte[][] items =
        [
            .. Enumerable.Range(0, tiles).Select(tile => HevcPicture.Code(Tile(rgb, width, height, tile % across, tile / across), TileSide, TileSide)),
            [0, 0, (byte)(down - 1), (byte)(across - 1), .. Short(width), .. Short(height)],
            .. exif is null ? (byte[][])[] : [[.. Long(6), .. "Exif\0\0"u8, .. exif]],
        ];

        var type = Box("ftyp", [.. "heic"u8, .. Long(0), .. "mif1"u8, .. "heic"u8]);
        var meta = Meta(items, tiles, grid, width, height, quarterTurns, profile, exif is not null, 0);

        // Places in the file are known once it is known how long what tells them is.
        meta = Meta(items, tiles, grid, width, height, quarterTurns, profile, exif is not null, type.Length + meta.Length + 8);
        return [.. type, .. meta, .. Box("mdat", [.. items.SelectMany(item => item)])];
    }

    private static byte[] Meta(
        byte[][] items, int tiles, ushort grid, int width, int height, int quarterTurns, byte[]? profile, bool hasExif, int dataAt)
    {
        byte[] handler = FullBox("hdlr", 0, 0, [.. Long(0), .. "pict"u8, .. new byte[12], 0]);
        byte[] primary = FullBox("pitm", 0, 0, Short(grid));
        byte[] kinds = FullBox("iinf", 0, 0,
        [
            .. Short(items.Length),
            .. Enumerable.Range(1, items.Length).SelectMany(id => FullBox("infe", 2, (byte)(id <= tiles ? 1 : 0),
                [.. Short(id), .. Short(0), .. id <= tiles ? "hvc1"u8 : id == grid ? "grid"u8 : "Exif"u8, 0])),
        ]);
        byte[] belongs = FullBox("iref", 0, 0,
        [
            .. Box("dimg", [.. Short(grid), .. Short(tiles), .. Enumerable.Range(1, tiles).SelectMany(Short)]),
            .. hasExif ? Box("cdsc", [.. Short(grid + 1), .. Short(1), .. Short(grid)]) : [],
        ]);

        // 1 the coding, 2 a tile's size, 3 the picture's size, 4 how it is turned, 5 its colours.
        byte[] properties = Box("ipco",
        [
            .. Box("hvcC", HevcPicture.Configuration(TileSide, TileSide)),
            .. FullBox("ispe", 0, 0, [.. Long(TileSide), .. Long(TileSide)]),
            .. FullBox("ispe", 0, 0, [.. Long(width), .. Long(height)]),
            .. Box("irot", [(byte)quarterTurns]),
            .. profile is null ? [] : Box("colr", [.. "prof"u8, .. profile]),
        ]);
        byte[] colours = profile is null ? [] : [5];
        byte[] ofTile = [1 | IsEssential, 2, .. colours];
        byte[] ofGrid = [3, 4 | IsEssential, .. colours];
        byte[] associations = FullBox("ipma", 0, 0,
        [
            .. Long(grid),
            .. Enumerable.Range(1, grid).SelectMany(id => (byte[])
                [.. Short(id), (byte)(id == grid ? ofGrid : ofTile).Length, .. id == grid ? ofGrid : ofTile]),
        ]);

        List<byte> places = [0x44, 0, .. Short(items.Length)];
        for (var i = 0; i < items.Length; i++)
        {
            places.AddRange([.. Short(i + 1), .. Short(0), .. Short(1), .. Long(dataAt), .. Long(items[i].Length)]);
            dataAt += items[i].Length;
        }

        return FullBox("meta", 0, 0,
        [
            .. handler, .. primary, .. kinds, .. belongs, .. Box("iprp", [.. properties, .. associations]), .. FullBox("iloc", 0, 0, [.. places]),
        ]);
    }

    /// <summary>A tile's points; past the picture's edges its last ones go on.</summary>
    private static byte[] Tile(byte[] rgb, int width, int height, int column, int row)
    {
        var tile = new byte[TileSide * TileSide * 3];
        for (var y = 0; y < TileSide; y++)
        {
            var line = Math.Min((row * TileSide) + y, height - 1) * width;
            for (var x = 0; x < TileSide; x++)
            {
                rgb.AsSpan((line + Math.Min((column * TileSide) + x, width - 1)) * 3, 3).CopyTo(tile.AsSpan(((y * TileSide) + x) * 3));
            }
        }

        return tile;
    }

    private static byte[] FullBox(string type, byte version, byte flags, byte[] content) => Box(type, [version, 0, 0, flags, .. content]);

    private static byte[] Box(string type, byte[] content) =>
        [.. Long(content.Length + 8), .. type.Select(letter => (byte)letter), .. content];

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Long(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
