namespace Hazchem.Functions.Imaging;

/// <summary>
/// What is too faint for the limit of ordinary ink: pencil, a weak pen, print that has faded. It stands out from the noise
/// of its paper, hangs together, is narrow and sharp. What shows through from the back of the sheet can be as dark,
/// but is soft, and must not become letters.
/// </summary>
internal sealed class FaintMarks
{
    /// <summary>How much darker than its surroundings, as a share of them, a mark is at its darkest.</summary>
    private const float LeastDepth = 0.05f;

    /// <summary>Times what the darkest point of blank paper differs from the mean of its block.</summary>
    private const float OverNoise = 2;

    /// <summary>Blocks to a side of the cells that noise is measured in; 1 cm.</summary>
    private const int Cell = 16;

    /// <summary>
    /// What is darker than this share of its surroundings is no faint mark. Beside it a JPEG has ripples as deep as pencil,
    /// two blocks wide.
    /// </summary>
    private const float StrongInk = 0.6f;
    private const int Ripples = 2;

    /// <summary>
    /// Blocks to a side of the squares that a mark hangs together through; 2.5 mm, so that it is a line of writing and not
    /// a letter of it: no digit may be left out of a number.
    /// </summary>
    private const int Square = 4;

    /// <summary>Blocks in a square, and in a mark. Less is dust, or a fibre of the paper.</summary>
    private const int FewestInSquare = 3;
    private const int FewestInMark = 12;

    /// <summary>How many blocks from the faint ones the ends of their lines may be.</summary>
    private const int Ends = 2;

    /// <summary>So many of a mark's blocks tell what it is like.</summary>
    private const int Sampled = 64;

    /// <summary>
    /// How far, in inches, the edge of a mark goes, and what share of its depth the grey must fall over that: of 8 % or
    /// less, and of 14 % or more. What shows through is 5 to 10 % deep, so what is no deeper must be the sharper.
    /// </summary>
    private const double Edge = 1 / 150.0;
    private const double Faintest = 0.08;
    private const double LeastFallOfFaintest = 0.85;
    private const double LessFaint = 0.14;
    private const double LeastFallOfLessFaint = 0.75;

    /// <summary>
    /// What share of its depth it must be brighter on both sides of a mark. At the edge of a tinted field, or of a bar of
    /// listing paper, it is on one.
    /// </summary>
    private const double LeastRidge = 0.7;

    private readonly GreyPage _page;
    private readonly PageBlocks _blocks;
    private readonly float[] _light;
    private readonly bool[] _isBesideStrongInk;
    private readonly bool[] _isFaint;

    /// <summary>How many faint blocks a square has; none when they are taken for a mark.</summary>
    private readonly int[] _counts;
    private readonly int _columns;
    private readonly int _rows;

    /// <summary>The squares of the mark, and those around them.</summary>
    private readonly HashSet<int> _area = [];

    /// <summary>Its faint blocks.</summary>
    private readonly List<int> _mark = [];
    private readonly Stack<int> _open = new();

    private FaintMarks(GreyPage page, PageBlocks blocks, float[] light)
    {
        (_page, _blocks, _light) = (page, blocks, light);
        _isFaint = new bool[light.Length];
        _isBesideStrongInk = BesideStrongInk();
        (_columns, _rows) = ((blocks.Columns + Square - 1) / Square, (blocks.Rows + Square - 1) / Square);
        _counts = new int[_columns * _rows];
    }

    /// <param name="light">The mean grey around each block.</param>
    /// <returns>
    /// The grey that ink is darker than in each block where there is something faint, and 0 elsewhere; null where there is
    /// nothing faint on the page.
    /// </returns>
    public static float[]? Limits(GreyPage page, PageBlocks blocks, float[] light)
    {
        var marks = new FaintMarks(page, blocks, light);
        marks.FindFaintBlocks();
        return marks.Limits();
    }

    private float[]? Limits()
    {
        float[]? limits = null;
        for (var square = 0; square < _counts.Length; square++)
        {
            if (_counts[square] >= FewestInSquare)
            {
                Take(square);
                if (_mark.Count >= FewestInMark && Judge() is { } share)
                {
                    Raise(limits ??= new float[_light.Length], share);
                }
            }
        }

        return limits;
    }

    private bool HasStrongInk(int block) => _blocks.Darkest[block] < _light[block] * StrongInk;

    /// <summary>The blocks that have strong ink to their left or right, or in them.</summary>
    private bool[] BesideStrongInk()
    {
        var beside = new bool[_light.Length];
        for (var i = 0; i < beside.Length; i++)
        {
            if (HasStrongInk(i))
            {
                var row = i / _blocks.Columns * _blocks.Columns;
                beside.AsSpan(Math.Max(row, i - Ripples)..Math.Min(row + _blocks.Columns, i + Ripples + 1)).Fill(true);
            }
        }

        return beside;
    }

    private bool IsNearStrongInk(int column, int row)
    {
        for (var y = Math.Max(0, row - Ripples); y <= Math.Min(_blocks.Rows - 1, row + Ripples); y++)
        {
            if (_isBesideStrongInk[(y * _blocks.Columns) + column])
            {
                return true;
            }
        }

        return false;
    }

    private void FindFaintBlocks()
    {
        for (var top = 0; top < _blocks.Rows; top += Cell)
        {
            var bottom = Math.Min(_blocks.Rows, top + Cell);
            for (var left = 0; left < _blocks.Columns; left += Cell)
            {
                var right = Math.Min(_blocks.Columns, left + Cell);
                var least = Noise(left, top, right, bottom) * OverNoise;
                for (var row = top; row < bottom; row++)
                {
                    for (var column = left; column < right; column++)
                    {
                        var i = (row * _blocks.Columns) + column;
                        var depth = _light[i] - _blocks.Darkest[i];
                        if (depth >= least && depth >= _light[i] * LeastDepth && !IsNearStrongInk(column, row))
                        {
                            _isFaint[i] = true;
                            _counts[(row / Square * _columns) + (column / Square)]++;
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// How many greys the darkest point differs from the mean of its block where there is only paper: also where somebody
    /// has written, that is one block in four. Every other block is enough to tell.
    /// </summary>
    private int Noise(int left, int top, int right, int bottom)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        for (var row = top; row < bottom; row++)
        {
            for (var i = (row * _blocks.Columns) + left; i < (row * _blocks.Columns) + right; i += 2)
            {
                counts[(int)(_blocks.Means[i] - _blocks.Darkest[i])]++;
            }
        }

        var noise = 0;
        for (var below = counts[0]; below * 4 < (right - left + 1) / 2 * (bottom - top); below += counts[noise])
        {
            noise++;
        }

        return noise + 1;
    }

    /// <summary>Takes the square for a mark, and all that hang together with it.</summary>
    private void Take(int first)
    {
        _area.Clear();
        _mark.Clear();
        _open.Push(first);
        while (_open.TryPop(out var square))
        {
            if (_counts[square] < FewestInSquare)
            {
                continue;
            }

            _counts[square] = 0;
            _mark.AddRange(InSquare(square).Where(block => _isFaint[block]));
            foreach (var next in Around(square, 1, _columns, _rows))
            {
                if (_area.Add(next))
                {
                    _open.Push(next);
                }
            }
        }
    }

    /// <returns>The share of its surroundings that is halfway to the grey of what was taken; null if that is no mark.</returns>
    private float? Judge()
    {
        var (light, darkest, falls, ridges) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < _mark.Count; i += (_mark.Count + Sampled - 1) / Sampled)
        {
            light += _light[_mark[i]];
            darkest += _blocks.Darkest[_mark[i]];
            falls += SteepestFall(_mark[i]);
            ridges += Ridge(_mark[i]);
        }

        var depth = light - darkest;
        var faintness = Math.Clamp((LessFaint - (depth / light)) / (LessFaint - Faintest), 0, 1);
        var leastFall = LeastFallOfLessFaint + ((LeastFallOfFaintest - LeastFallOfLessFaint) * faintness);
        return falls >= depth * leastFall && ridges >= depth * LeastRidge ? (float)((light + darkest) / (2 * light)) : null;
    }

    /// <summary>The most that the grey changes over the length of an edge, which may lie askew.</summary>
    private double SteepestFall(int block)
    {
        var (straight, width) = (_page.CoarserDpi * Edge, _page.Width);
        var askew = straight / Math.Sqrt(2);
        var most = 0.0;
        foreach (var i in Points(block, (int)straight + 1))
        {
            most = Math.Max(most, Math.Max(Fall(i, width, 1, straight), Fall(i, 1, width, straight)));
            most = Math.Max(most, Math.Max(Fall(i, width + 1, width - 1, askew), Fall(i, width - 1, width + 1, askew)));
        }

        return most / 3;
    }

    /// <param name="along">Points from one to the next along the edge.</param>
    /// <param name="across">The same across it.</param>
    /// <param name="length">How many of those; it may end between two points.</param>
    private double Fall(int at, int along, int across, double length)
    {
        var whole = (int)length;
        var end = at + (whole * across);
        var atEnd = Three(end, along) + ((Three(end + across, along) - Three(end, along)) * (length - whole));
        return Math.Abs(Three(at, along) - atEnd);
    }

    /// <summary>The most that a point is darker than those on both sides of it, a block away.</summary>
    private double Ridge(int block)
    {
        var most = 0;
        var (width, length, down) = (_page.Width, _blocks.Size, _blocks.Size * _page.Width);
        foreach (var i in Points(block, length))
        {
            most = Math.Max(most, Math.Min(Three(i - length, width), Three(i + length, width)) - Three(i, width));
            most = Math.Max(most, Math.Min(Three(i - down, 1), Three(i + down, 1)) - Three(i, 1));
        }

        return most / 3.0;
    }

    /// <summary>The points of a block that have so many others on each side.</summary>
    private IEnumerable<int> Points(int block, int others)
    {
        var (left, top) = (block % _blocks.Columns * _blocks.Size, block / _blocks.Columns * _blocks.Size);
        var right = Math.Min(left + _blocks.Size, _page.Width - others - 1);
        var bottom = Math.Min(top + _blocks.Size, _page.Height - others - 1);
        for (var y = Math.Max(top, others + 1); y < bottom; y++)
        {
            for (var x = Math.Max(left, others + 1); x < right; x++)
            {
                yield return (y * _page.Width) + x;
            }
        }
    }

    /// <summary>A point and its neighbours, which have less noise together.</summary>
    private int Three(int at, int step) => _page.Points[at - step] + _page.Points[at] + _page.Points[at + step];

    /// <summary>
    /// Lets the mark and what little is around it be ink, but for ripples; its ends up to the ink they touch, which darkens
    /// the mean there.
    /// </summary>
    private void Raise(float[] limits, float share)
    {
        foreach (var block in _area.SelectMany(InSquare))
        {
            if (!IsNearStrongInk(block % _blocks.Columns, block / _blocks.Columns))
            {
                limits[block] = Math.Max(limits[block], _light[block] * share);
            }
            else if (IsEnd(block) && !HasStrongInk(block))
            {
                limits[block] = Math.Max(limits[block], _blocks.Brightest[block] * share);
            }
        }
    }

    private bool IsEnd(int block) => Around(block, Ends, _blocks.Columns, _blocks.Rows).Any(other => _isFaint[other]);

    /// <summary>The blocks of a square.</summary>
    private IEnumerable<int> InSquare(int square)
    {
        var (left, top) = (square % _columns * Square, square / _columns * Square);
        for (var row = top; row < Math.Min(top + Square, _blocks.Rows); row++)
        {
            for (var column = left; column < Math.Min(left + Square, _blocks.Columns); column++)
            {
                yield return (row * _blocks.Columns) + column;
            }
        }
    }

    private static IEnumerable<int> Around(int at, int reach, int columns, int rows)
    {
        var (column, row) = (at % columns, at / columns);
        for (var y = Math.Max(0, row - reach); y <= Math.Min(rows - 1, row + reach); y++)
        {
            for (var x = Math.Max(0, column - reach); x <= Math.Min(columns - 1, column + reach); x++)
            {
                yield return (y * columns) + x;
            }
        }
    }
}
