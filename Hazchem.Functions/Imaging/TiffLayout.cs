using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging;

/// <summary>How a TIFF writes its numbers, by its first bytes.</summary>
/// <param name="IsLittleEndian">The lowest byte of a number comes first.</param>
/// <param name="IsBig">BigTIFF, with places of eight bytes.</param>
internal readonly record struct TiffLayout(bool IsLittleEndian, bool IsBig)
{
    private const ushort Byte = 1;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;
    private const ushort Directory = 13;
    private const ushort Long8 = 16;
    private const ushort Directory8 = 18;

    public int HeaderBytes => IsBig ? 16 : 8;

    public int EntryBytes => IsBig ? 20 : 12;

    public static TiffLayout Of(ReadOnlySpan<byte> content) => new(content[0] == (byte)'I', content[content[0] == (byte)'I' ? 2 : 3] == (byte)'+');

    /// <summary>Bytes a value of a type has; 0 for a type that is not known.</summary>
    public static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    /// <summary>The number at a place, or null where the type is of no whole number.</summary>
    public ulong? Number(ReadOnlySpan<byte> at, ushort type) => type switch
    {
        Byte => at[0],
        Short => Word(at),
        Long or Directory => DoubleWord(at),
        Long8 or Directory8 => QuadWord(at),
        _ => null,
    };

    /// <summary>The fraction at a place, or null where the type is another, or it is none.</summary>
    public double? Fraction(ReadOnlySpan<byte> at, ushort type) =>
        type == Rational && DoubleWord(at[4..]) is > 0 and var divisor ? DoubleWord(at) / (double)divisor : null;

    /// <summary>A place in the file, or a count, which have the width of the layout.</summary>
    public ulong Place(ReadOnlySpan<byte> at) => IsBig ? QuadWord(at) : DoubleWord(at);

    public ushort Word(ReadOnlySpan<byte> at) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private uint DoubleWord(ReadOnlySpan<byte> at) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private ulong QuadWord(ReadOnlySpan<byte> at) =>
        IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(at) : BinaryPrimitives.ReadUInt64BigEndian(at);
}
