using System.Globalization;

namespace Hazchem.Functions.Imaging;

/// <summary>A directory of a TIFF: what it says of one picture in the file.</summary>
internal sealed class TiffDirectory
{
    public const ushort NewSubfileType = 254;
    public const ushort OldSubfileType = 255;
    public const ushort ImageWidth = 256;
    public const ushort ImageLength = 257;
    public const ushort BitsPerSample = 258;
    public const ushort CompressionTag = 259;
    public const ushort Photometric = 262;
    public const ushort FillOrder = 266;
    public const ushort StripOffsets = 273;
    public const ushort Orientation = 274;
    public const ushort SamplesPerPixel = 277;
    public const ushort StripByteCounts = 279;
    public const ushort XResolution = 282;
    public const ushort YResolution = 283;
    public const ushort PlanarConfiguration = 284;
    public const ushort Group4Options = 293;
    public const ushort ResolutionUnit = 296;
    public const ushort TileWidth = 322;
    public const ushort TileOffsets = 324;
    public const ushort SampleFormat = 339;

    private const int OldStyleJpeg = 6;
    private const int Palette = 3;
    private const int CieLab = 8;
    private const int SeparatePlanes = 2;
    private const int ReducedOrMask = 1 | 4;
    private const int OldReduced = 2;
    private const int WholeNumbers = 1;
    private const int Undefined = 4;
    private const int Inches = 2;
    private const int Centimetres = 3;
    private const int MostBits = 16;

    /// <summary>
    /// Compressions that are read: none, group 3 and 4 and their kin, LZW, both kinds of JPEG, deflate by both its numbers,
    /// PackBits, NeXT and ThunderScan.
    /// </summary>
    private static readonly ulong[] Compressions = [1, 2, 3, 4, 5, 6, 7, 8, 32766, 32771, 32773, 32809, 32946];

    private readonly byte[] _content;
    private readonly TiffLayout _layout;

    public TiffDirectory(byte[] content, TiffLayout layout, int number, Range bytes, IReadOnlyList<TiffEntry> entries)
    {
        _content = content;
        _layout = layout;
        Number = number;
        Bytes = bytes;
        Entries = entries;
    }

    /// <summary>Its place in the file's chain, from 0, as libraries count them.</summary>
    public int Number { get; }

    /// <summary>Where it is in the file, without the values behind it.</summary>
    public Range Bytes { get; }

    public IReadOnlyList<TiffEntry> Entries { get; }

    public int Width => Side(ImageWidth);

    public int Height => Side(ImageLength);

    /// <summary>A smaller copy of another picture, or a mask for one, which no viewer counts as a page.</summary>
    public bool IsNoPage => (First(NewSubfileType, 0) & ReducedOrMask) != 0 || First(OldSubfileType, 0) == OldReduced;

    /// <summary>The first way to put JPEG into TIFF, given up in 1995 and still written.</summary>
    public bool IsOldStyleJpeg => First(CompressionTag, 1) == OldStyleJpeg;

    /// <summary>
    /// Whether its samples are shades, and not measurements, which no viewer shows alike: floating point, signed or complex
    /// numbers, or whole ones of more than 16 bits.
    /// </summary>
    public bool HasShades => First(SampleFormat, WholeNumbers) is WholeNumbers or Undefined && First(BitsPerSample, 1) <= MostBits;

    /// <summary>What in the way it is coded is not read here; null for nothing.</summary>
    public string? OddCoding =>
        First(CompressionTag, 1) is var compression && !Compressions.Contains(compression)
            ? string.Create(CultureInfo.InvariantCulture, $"compression {compression}")
        : First(Photometric, 0) == CieLab ? "colours by CIE L*a*b*"
        : First(PlanarConfiguration, 1) == SeparatePlanes && First(TileOffsets, 0) != 0 ? "tiles of a single colour each"
        : null;

    /// <summary>Ink and paper, without shades.</summary>
    public bool IsBilevel => First(BitsPerSample, 1) == 1 && First(SamplesPerPixel, 1) == 1;

    /// <summary>Rows of runs, group 3 or group 4.</summary>
    public bool IsFax => First(CompressionTag, 1) is >= 2 and <= 4;

    /// <summary>Of a decoded point: each sample takes whole bytes, and a palette is resolved.</summary>
    public int BytesPerPixel => (int)Math.Min(
        First(Photometric, 0) == Palette ? 4 : First(SamplesPerPixel, 1) * ((First(BitsPerSample, 1) + 7) / 8), 1024);

    /// <summary>Points a millimetre, across and down, as libvips tells them; 1 where it does not say.</summary>
    public double HorizontalResolution => PointsPerMillimetre(XResolution);

    public double VerticalResolution => PointsPerMillimetre(YResolution);

    /// <summary>The first of an entry's numbers, or another where there is no such entry.</summary>
    public ulong First(ushort tag, ulong otherwise)
    {
        foreach (var entry in Entries)
        {
            if (entry.Tag == tag)
            {
                return entry.Count > 0 ? _layout.Number(_content.AsSpan(entry.ValueAt), entry.Type) ?? otherwise : otherwise;
            }
        }

        return otherwise;
    }

    /// <summary>All of an entry's numbers; none where there is no such entry.</summary>
    public IEnumerable<ulong> All(ushort tag)
    {
        foreach (var entry in Entries)
        {
            if (entry.Tag == tag)
            {
                for (var i = 0; i < entry.Count; i++)
                {
                    yield return _layout.Number(_content.AsSpan(entry.ValueAt + (i * TiffLayout.SizeOf(entry.Type))), entry.Type) ?? 0;
                }
            }
        }
    }

    /// <summary>Changes the first of an entry's numbers, in a copy of the file.</summary>
    public void Write(byte[] copy, ushort tag, byte number)
    {
        foreach (var entry in Entries.Where(entry => entry.Tag == tag && entry.Count > 0))
        {
            var value = copy.AsSpan(entry.ValueAt, TiffLayout.SizeOf(entry.Type));
            value.Clear();
            value[_layout.IsLittleEndian ? 0 : ^1] = number;
        }
    }

    private double PointsPerMillimetre(ushort tag)
    {
        var entry = Entries.FirstOrDefault(entry => entry.Tag == tag && entry.Count > 0);
        return entry.Count > 0 && _layout.Fraction(_content.AsSpan(entry.ValueAt), entry.Type) is > 0 and var points
            ? First(ResolutionUnit, Inches) switch { Inches => points / PageSize.MillimetresPerInch, Centimetres => points / 10, _ => points }
            : 1;
    }

    private int Side(ushort tag) => First(tag, 0) is > 0 and <= int.MaxValue and var side ? (int)side : throw new UnreadableFileException();
}
