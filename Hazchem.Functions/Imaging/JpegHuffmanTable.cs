namespace Hazchem.Functions.Imaging;

/// <summary>A table of a JPEG's codes.</summary>
internal sealed class JpegHuffmanTable
{
    public const int LongestCode = 16;

    /// <summary>Most codes are no longer, and are found at once.</summary>
    public const int ShortCode = 9;

    private const int Lengths = LongestCode + 1;

    private readonly int[] _lastCodes = new int[Lengths];
    private readonly int[] _symbolsAt = new int[Lengths];
    private readonly ushort[] _short = new ushort[1 << ShortCode];
    private readonly byte[] _symbols;

    private JpegHuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <summary>Reads one where it stands in its segment.</summary>
    /// <param name="bytes">How many bytes of <paramref name="body"/> it takes.</param>
    /// <returns>Null where it is none.</returns>
    public static JpegHuffmanTable? Read(ReadOnlySpan<byte> body, out int bytes)
    {
        bytes = LongestCode;
        if (body.Length < LongestCode)
        {
            return null;
        }

        var count = 0;
        foreach (var ofLength in body[..LongestCode])
        {
            count += ofLength;
        }

        bytes += count;
        if (count > 256 || body.Length < bytes)
        {
            return null;
        }

        var table = new JpegHuffmanTable(body[LongestCode..bytes].ToArray());
        return table.Fill(body[..LongestCode]) ? table : null;
    }

    /// <param name="next">The next 16 bits.</param>
    /// <returns>The symbol of the code that they begin with, and the code's length; a length of 0 where there is no such code.</returns>
    public (int Symbol, int Length) Find(int next)
    {
        var found = _short[next >> (LongestCode - ShortCode)];
        if (found != 0)
        {
            return (found & 0xFF, found >> 8);
        }

        for (var length = ShortCode + 1; length <= LongestCode; length++)
        {
            var code = next >> (LongestCode - length);
            if (code <= _lastCodes[length])
            {
                return (_symbols[_symbolsAt[length] + code], length);
            }
        }

        return (0, 0);
    }

    private bool Fill(ReadOnlySpan<byte> counts)
    {
        var code = 0;
        var symbol = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            _symbolsAt[length] = symbol - code;
            for (var i = 0; i < counts[length - 1]; i++)
            {
                if (length <= ShortCode && code < 1 << length)
                {
                    var free = ShortCode - length;
                    _short.AsSpan(code << free, 1 << free).Fill((ushort)((length << 8) | _symbols[symbol]));
                }

                code++;
                symbol++;
            }

            if (code > 1 << length)
            {
                return false;
            }

            _lastCodes[length] = counts[length - 1] > 0 ? code - 1 : -1;
            code <<= 1;
        }

        return true;
    }
}
