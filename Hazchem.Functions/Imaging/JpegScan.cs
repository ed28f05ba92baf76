namespace Hazchem.Functions.Imaging;

/// <summary>One scan of a JPEG: which of its points are coded here, and how.</summary>
internal sealed class JpegScan
{
    private const int LastCoefficient = 63;
    private const int MostBits = 16;
    private const int ZeroRun = 15;
    private const int FirstRestart = 0xD0;
    private const int Restarts = 8;

    /// <summary>A decoder finds its place again where so many restart markers are missing or come twice, and no more.</summary>
    private const int MostRestartsMissed = 2;

    private const int UnitsBetweenLooks = 4096;

    private readonly JpegComponent[] _components;
    private readonly JpegHuffmanTable?[] _dcTables;
    private readonly JpegHuffmanTable?[] _acTables;
    private readonly bool _isProgressive;
    private readonly int _first;
    private readonly int _last;
    private readonly bool _isRefinement;
    private int _endOfBandRun;

    /// <param name="first">The first coefficient, of 0 to 63, and <paramref name="last"/> the last.</param>
    /// <param name="isRefinement">It has one bit more of what earlier scans had.</param>
    public JpegScan(
        JpegComponent[] components,
        JpegHuffmanTable?[] dcTables,
        JpegHuffmanTable?[] acTables,
        bool isProgressive,
        int first,
        int last,
        bool isRefinement)
    {
        (_components, _dcTables, _acTables) = (components, dcTables, acTables);
        (_isProgressive, _first, _last, _isRefinement) = (isProgressive, first, last, isRefinement);
    }

    /// <summary>Reads its units: blocks, or of several components those that lie on one another.</summary>
    /// <param name="at">Where the coded points begin; after, where the marker behind them is.</param>
    /// <param name="units">How many there should be.</param>
    /// <param name="restartInterval">In units; 0 for none.</param>
    /// <param name="isExact">Whether the code has nothing between its units or behind them.</param>
    /// <returns>How many units are not there, or cannot be told from others.</returns>
    public int Read(ReadOnlySpan<byte> content, ref int at, int units, int restartInterval, out bool isExact, CancellationToken cancellationToken)
    {
        isExact = true;
        var bits = new JpegBits(content, at);
        var lost = 0;
        var restart = 0;
        for (var unit = 0; ;)
        {
            var end = restartInterval == 0 ? units : Math.Min(units, unit + restartInterval);
            var read = ReadInterval(ref bits, unit, end, cancellationToken);
            lost += end - read;
            unit = end;
            at = bits.ToMarker(out var wasThere);
            isExact &= wasThere && read == end;
            if (unit == units)
            {
                return lost;
            }

            int? missed;
            while ((missed = RestartsMissed(content, at, restart)) > Restarts - MostRestartsMissed - 1)
            {
                // One that was there before.
                isExact = false;
                bits.GoTo(at + 2);
                at = bits.ToMarker(out _);
            }

            if (missed is null or > MostRestartsMissed)
            {
                isExact = false;
                return lost + units - unit;
            }

            var gone = (int)Math.Min((long)missed.Value * restartInterval, units - unit);
            isExact &= missed == 0;
            lost += gone;
            unit += gone;
            if (unit == units)
            {
                return lost;
            }

            restart = (content[at + 1] - FirstRestart + 1) % Restarts;
            bits.GoTo(at + 2);
        }
    }

    /// <summary>How many restart markers should have come before the one at a place; null where there is none.</summary>
    private static int? RestartsMissed(ReadOnlySpan<byte> content, int at, int expected) =>
        at + 1 < content.Length && content[at + 1] is >= FirstRestart and < FirstRestart + Restarts
            ? (content[at + 1] - FirstRestart - expected) & (Restarts - 1)
            : null;

    /// <returns>The first unit that could not be read, or the end.</returns>
    private int ReadInterval(ref JpegBits bits, int from, int end, CancellationToken cancellationToken)
    {
        _endOfBandRun = 0;
        for (var unit = from; unit < end; unit++)
        {
            if (unit % UnitsBetweenLooks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!ReadUnit(ref bits, unit) || bits.IsOver)
            {
                return unit;
            }
        }

        return end;
    }

    private bool ReadUnit(ref JpegBits bits, int unit)
    {
        if (_components is [var only])
        {
            return ReadBlock(ref bits, only, 0, unit);
        }

        for (var i = 0; i < _components.Length; i++)
        {
            for (var block = _components[i].Across * _components[i].Down; block > 0; block--)
            {
                if (!ReadBlock(ref bits, _components[i], i, unit))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool ReadBlock(ref JpegBits bits, JpegComponent component, int number, int block)
    {
        if (!_isProgressive)
        {
            return ReadDc(ref bits, number) && ReadAc(ref bits, _acTables[number], 1, LastCoefficient);
        }

        if (_first == 0)
        {
            if (!_isRefinement)
            {
                return ReadDc(ref bits, number);
            }

            bits.Skip(1);
            return true;
        }

        ref var notZero = ref component.NotZero![block];
        return _isRefinement ? RefineAc(ref bits, _acTables[number], ref notZero) : ReadAcBand(ref bits, _acTables[number], ref notZero);
    }

    private bool ReadDc(ref JpegBits bits, int number)
    {
        var size = _dcTables[number] is { } table ? bits.Decode(table) : -1;
        if (size is < 0 or > MostBits)
        {
            return false;
        }

        bits.Skip(size);
        return true;
    }

    private static bool ReadAc(ref JpegBits bits, JpegHuffmanTable? table, int first, int last)
    {
        if (table is null)
        {
            return false;
        }

        for (var k = first; k <= last; k++)
        {
            var code = bits.Decode(table);
            if (code < 0)
            {
                return false;
            }

            var (run, size) = (code >> 4, code & 15);
            if (size == 0 && run != ZeroRun)
            {
                return true;
            }

            k += run;
            bits.Skip(size);
            if (k > last)
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadAcBand(ref JpegBits bits, JpegHuffmanTable? table, ref ulong notZero)
    {
        if (_endOfBandRun > 0)
        {
            _endOfBandRun--;
            return true;
        }

        if (table is null)
        {
            return false;
        }

        for (var k = _first; k <= _last; k++)
        {
            var code = bits.Decode(table);
            if (code < 0)
            {
                return false;
            }

            var (run, size) = (code >> 4, code & 15);
            if (size == 0 && run != ZeroRun)
            {
                _endOfBandRun = (1 << run) + bits.Take(run) - 1;
                return true;
            }

            k += run;
            if (k > _last)
            {
                return false;
            }

            bits.Skip(size);
            notZero |= size > 0 ? 1UL << k : 0;
        }

        return true;
    }

    /// <summary>Each coefficient that was not zero before has a bit here, between the codes of those that come new.</summary>
    private bool RefineAc(ref JpegBits bits, JpegHuffmanTable? table, ref ulong notZero)
    {
        if (table is null)
        {
            return false;
        }

        var k = _first;
        var before = notZero;
        for (; k <= _last && _endOfBandRun == 0; k++)
        {
            var code = bits.Decode(table);
            if (code < 0)
            {
                return false;
            }

            var (run, size) = (code >> 4, code & 15);
            if (size == 0 && run != ZeroRun)
            {
                _endOfBandRun = (1 << run) + bits.Take(run);
                break;
            }

            bits.Skip(size > 0 ? 1 : 0);
            for (; k <= _last; k++)
            {
                if ((before >> k & 1) != 0)
                {
                    bits.Skip(1);
                }
                else if (--run < 0)
                {
                    break;
                }
            }

            notZero |= size > 0 && k <= _last ? 1UL << k : 0;
        }

        if (_endOfBandRun > 0)
        {
            for (; k <= _last; k++)
            {
                bits.Skip((int)(before >> k & 1));
            }

            _endOfBandRun--;
        }

        return true;
    }
}
