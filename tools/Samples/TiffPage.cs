namespace Hazchem.Samples;

/// <summary>A page to be written by <see cref="TiffFile"/>: its coded points and what its directory says.</summary>
/// <param name="Points">As they stand in the file.</param>
/// <param name="Entries">
/// Tag, type and values, in the order of the tags. A value under zero is a place in <paramref name="Points"/>: -1 its
/// first byte, -2 its second.
/// </param>
public sealed record TiffPage(byte[] Points, IReadOnlyList<(int Tag, int Type, long[] Values)> Entries)
{
    public const int ShortType = 3;
    public const int LongType = 4;
    public const int RationalType = 5;

    /// <summary>A page of one strip.</summary>
    /// <param name="samples">Bits of each sample of a point.</param>
    /// <param name="more">Further entries.</param>
    public static TiffPage Of(
        byte[] points, int width, int height, int compression, int photometric, int[] samples, params (int Tag, int Type, long[] Values)[] more)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(samples);
        return new TiffPage(points, [..
            new (int Tag, int Type, long[] Values)[]
            {
                (256, LongType, [width]),
                (257, LongType, [height]),
                (258, ShortType, [.. samples.Select(bits => (long)bits)]),
                (259, ShortType, [compression]),
                (262, ShortType, [photometric]),
                (273, LongType, [-1]),
                (277, ShortType, [samples.Length]),
                (278, LongType, [height]),
                (279, LongType, [points.Length]),
                (282, RationalType, [200, 1]),
                (283, RationalType, [200, 1]),
            }
            .Where(entry => more.All(other => other.Tag != entry.Tag))
            .Concat(more)
            .OrderBy(entry => entry.Tag)]);
    }

    /// <summary>A page of old-style JPEG, as scanners of the nineties and their heirs write it.</summary>
    public static TiffPage OldStyleJpeg(byte[] jpeg, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(jpeg);
        var scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        return Of(
            jpeg,
            width,
            height,
            6,
            6,
            [8, 8, 8],
            (273, LongType, [-1 - scan]),
            (279, LongType, [jpeg.Length - scan]),
            (512, ShortType, [1]),
            (513, LongType, [-1]),
            (514, LongType, [jpeg.Length]),
            (530, ShortType, [2, 2]));
    }
}
