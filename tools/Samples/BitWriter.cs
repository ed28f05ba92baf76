namespace Hazchem.Samples;

/// <summary>Writes bits, the highest of a number first, and the numbers of a variable length that video headers are made of.</summary>
internal sealed class BitWriter
{
    private readonly List<byte> _bytes = [];
    private int _free;

    public BitWriter Bits(uint value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            if (_free == 0)
            {
                _bytes.Add(0);
                _free = 8;
            }

            _free--;
            _bytes[^1] |= (byte)(((value >> bit) & 1) << _free);
        }

        return this;
    }

    public BitWriter Flag(bool value) => Bits(value ? 1u : 0, 1);

    /// <summary>An exponential-Golomb number: as many zeros as it has bits after the first, and then itself, counted from 1.</summary>
    public BitWriter Golomb(uint value)
    {
        var length = 32 - int.LeadingZeroCount((int)(value + 1));
        return Bits(0, length - 1).Bits(value + 1, length);
    }

    /// <summary>A one and zeros up to the next whole byte.</summary>
    public BitWriter Stop()
    {
        Bits(1, 1);
        _free = 0;
        return this;
    }

    public BitWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
