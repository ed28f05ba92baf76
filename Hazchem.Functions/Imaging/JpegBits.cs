namespace Hazchem.Functions.Imaging;

/// <summary>The bits of a JPEG's coded points, up to the next marker. Behind it come zeros.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> content, int at)
{
    private const int Most = 56;
    private const int Least = 32;

    private readonly ReadOnlySpan<byte> _content = content;
    private int _at = at;
    private ulong _bits;
    private int _count;
    private int _madeUp;

    /// <summary>More bits were taken than there are.</summary>
    public readonly bool IsOver => _count < _madeUp;

    /// <returns>The next code's symbol, or -1 where there is no such code.</returns>
    public int Decode(JpegHuffmanTable table)
    {
        Fill();
        var (symbol, length) = table.Find((int)(_bits >> (_count - JpegHuffmanTable.LongestCode)) & 0xFFFF);
        _count -= length;
        return length == 0 ? -1 : symbol;
    }

    public int Take(int bits)
    {
        Skip(bits);
        return (int)(_bits >> _count) & ((1 << bits) - 1);
    }

    public void Skip(int bits)
    {
        if (_count < bits)
        {
            Fill();
        }

        _count -= bits;
    }

    /// <summary>Goes to the next marker.</summary>
    /// <param name="wasThere">Whether nothing was left before it but what fills up a byte.</param>
    /// <returns>Where it is; the end of the content where there is none.</returns>
    public int ToMarker(out bool wasThere)
    {
        Fill();
        wasThere = _count - _madeUp < 8;
        while (_at < _content.Length && !IsMarker())
        {
            wasThere = false;
            _at++;
        }

        return _at;
    }

    /// <summary>Goes on at a place.</summary>
    public void GoTo(int at)
    {
        _at = at;
        _bits = 0;
        _count = 0;
        _madeUp = 0;
    }

    private void Fill()
    {
        if (_count >= Least)
        {
            return;
        }

        while (_count <= Most)
        {
            var isOut = _at >= _content.Length || IsMarker();
            _bits = (_bits << 8) | (isOut ? (byte)0 : _content[_at]);
            _count += 8;
            if (isOut)
            {
                _madeUp += 8;
            }
            else
            {
                // A zero is stuffed behind this byte, lest it be taken for a marker.
                _at += _content[_at] == 0xFF ? 2 : 1;
            }
        }
    }

    private readonly bool IsMarker() => _content[_at] == 0xFF && (_at + 1 == _content.Length || _content[_at + 1] != 0);
}
