namespace Hazchem.Functions.Imaging;

/// <summary>Luma, a chroma or an ink of a JPEG.</summary>
internal sealed class JpegComponent(byte id, int across, int down)
{
    private const int Coefficients = 64;

    /// <summary>Of each coefficient, how many of its lowest bits are not there yet; -1 for none that is.</summary>
    private readonly int[] _missingBits = [.. Enumerable.Repeat(-1, Coefficients)];

    /// <summary>As scans name it.</summary>
    public byte Id => id;

    /// <summary>Blocks across of those that are coded together.</summary>
    public int Across => across;

    /// <summary>Blocks down of those.</summary>
    public int Down => down;

    /// <summary>Which coefficients of each block are not zero so far; only a progressive JPEG asks.</summary>
    public ulong[]? NotZero { get; set; }

    /// <summary>All of its coefficients were in some scan, to their last bit.</summary>
    public bool IsComplete => _missingBits.All(bits => bits == 0);

    public void Came(int first, int last, int missingBits) => _missingBits.AsSpan(first, last - first + 1).Fill(missingBits);
}
