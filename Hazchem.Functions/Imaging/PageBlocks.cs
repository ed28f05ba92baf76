using System.Numerics;

namespace Hazchem.Functions.Imaging;

/// <summary>A page cut into squares of 1/40 inch, each with its mean, its brightest and its darkest grey.</summary>
/// <param name="Size">Points a side; the last column and row may be cut.</param>
internal sealed record PageBlocks(int Size, int Columns, int Rows, float[] Means, byte[] Brightest, byte[] Darkest)
{
    private const int BlocksPerInch = 40;

    /// <summary>Blocks to each side of one: its surroundings are seven by seven, 4.4 mm.</summary>
    private const int Reach = 3;

    /// <summary>How much of a side of the page must be dark to be a lid or a table, and not something printed.</summary>
    private const double LeastOfSide = 0.8;

    public static PageBlocks Of(GreyPage page)
    {
        var size = Math.Max(2, (int)(page.CoarserDpi / BlocksPerInch));
        var columns = (page.Width + size - 1) / size;
        var rows = (page.Height + size - 1) / size;
        var blocks = new PageBlocks(
            size, columns, rows, new float[columns * rows], new byte[columns * rows], new byte[columns * rows]);

        // Beyond the page there is nothing, neither bright nor dark.
        var padded = page.Width + size + Vector<byte>.Count;
        var sums = new ushort[padded];
        var most = new byte[padded];
        var least = new byte[padded];
        Array.Fill(least, byte.MaxValue);
        for (var row = 0; row < rows; row++)
        {
            var height = Math.Min(size, page.Height - (row * size));
            GatherColumns(page.Points.AsSpan(row * size * page.Width, height * page.Width), page.Width, height, sums, most, least);
            GatherRow(page.Width, size, most, least);
            for (var column = 0; column < columns; column++)
            {
                var left = column * size;
                var of = Math.Min(size, page.Width - left);
                var sum = 0;
                foreach (var ofColumn in sums.AsSpan(left, of))
                {
                    sum += ofColumn;
                }

                blocks.Means[(row * columns) + column] = sum / (float)(of * height);
                blocks.Brightest[(row * columns) + column] = most[left];
                blocks.Darkest[(row * columns) + column] = least[left];
            }
        }

        return blocks;
    }

    /// <summary>The mean grey around each block.</summary>
    public float[] Surroundings()
    {
        var across = new float[Means.Length];
        for (var row = 0; row < Rows; row++)
        {
            var from = Means.AsSpan(row * Columns, Columns);
            var to = across.AsSpan(row * Columns, Columns);
            if (Columns > 2 * Reach)
            {
                Average(from, (2 * Reach) + 1, step: 1, to[Reach..^Reach]);
            }

            for (var column = 0; column < Columns; column++)
            {
                if (column < Reach || column >= Columns - Reach)
                {
                    var first = Math.Max(0, column - Reach);
                    Average(from[first..], Math.Min(Columns, column + Reach + 1) - first, step: 1, to.Slice(column, 1));
                }
            }
        }

        var around = new float[Means.Length];
        for (var row = 0; row < Rows; row++)
        {
            var first = Math.Max(0, row - Reach);
            Average(
                across.AsSpan(first * Columns),
                Math.Min(Rows, row + Reach + 1) - first,
                step: Columns,
                around.AsSpan(row * Columns, Columns));
        }

        return around;
    }

    /// <summary>
    /// The blocks that are dark throughout, hang together through such blocks with a side of the page that is dark, and lie
    /// away from anything brighter: a black mark in a corner stays, and letters in white on black keep their ground.
    /// </summary>
    /// <param name="limit">A block with a point as bright as this is not dark.</param>
    public bool[] DarkFromTheEdge(byte limit)
    {
        var seen = new bool[Means.Length];
        var dark = new bool[Means.Length];
        var open = new Stack<(int Column, int Row)>();
        (int Column, int Row)[][] sides =
        [
            [.. Enumerable.Range(0, Columns).Select(static column => (column, 0))],
            [.. Enumerable.Range(0, Columns).Select(column => (column, Rows - 1))],
            [.. Enumerable.Range(0, Rows).Select(static row => (0, row))],
            [.. Enumerable.Range(0, Rows).Select(row => (Columns - 1, row))],
        ];
        foreach (var side in sides.Where(side => side.Count(at => IsDarkAround(at.Column, at.Row, limit)) >= side.Length * LeastOfSide))
        {
            Array.ForEach(side, open.Push);
        }

        while (open.TryPop(out var at))
        {
            var (column, row) = at;
            var i = (row * Columns) + column;
            if (column < 0 || column >= Columns || row < 0 || row >= Rows || seen[i])
            {
                continue;
            }

            seen[i] = true;
            if (IsDarkAround(column, row, limit))
            {
                dark[i] = true;
                open.Push((column - 1, row));
                open.Push((column + 1, row));
                open.Push((column, row - 1));
                open.Push((column, row + 1));
            }
        }

        return dark;
    }

    private bool IsDarkAround(int column, int row, byte limit)
    {
        var left = Math.Max(0, column - Reach);
        var right = Math.Min(Columns - 1, column + Reach);
        for (var y = Math.Max(0, row - Reach); y <= Math.Min(Rows - 1, row + Reach); y++)
        {
            if (Brightest.AsSpan((y * Columns) + left, right - left + 1).ContainsAnyInRange(limit, byte.MaxValue))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Each column's sum, brightest and darkest point over some rows.</summary>
    private static void GatherColumns(
        ReadOnlySpan<byte> points, int width, int rows, Span<ushort> sums, Span<byte> most, Span<byte> least)
    {
        var x = 0;
        for (; x <= width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            var (left, right) = (Vector<ushort>.Zero, Vector<ushort>.Zero);
            var (brightest, darkest) = (Vector<byte>.Zero, Vector<byte>.AllBitsSet);
            for (var y = 0; y < rows; y++)
            {
                var line = new Vector<byte>(points[((y * width) + x)..]);
                brightest = Vector.Max(brightest, line);
                darkest = Vector.Min(darkest, line);
                left += Vector.WidenLower(line);
                right += Vector.WidenUpper(line);
            }

            left.CopyTo(sums[x..]);
            right.CopyTo(sums[(x + Vector<ushort>.Count)..]);
            brightest.CopyTo(most[x..]);
            darkest.CopyTo(least[x..]);
        }

        for (; x < width; x++)
        {
            (sums[x], most[x], least[x]) = (0, byte.MinValue, byte.MaxValue);
            for (var y = 0; y < rows; y++)
            {
                var grey = points[(y * width) + x];
                sums[x] += grey;
                most[x] = Math.Max(most[x], grey);
                least[x] = Math.Min(least[x], grey);
            }
        }
    }

    /// <summary>Each column's brightest and darkest, over the columns of a block from it on.</summary>
    private static void GatherRow(int width, int size, Span<byte> most, Span<byte> least)
    {
        for (var x = 0; x < width; x += Vector<byte>.Count)
        {
            var brightest = new Vector<byte>(most[x..]);
            var darkest = new Vector<byte>(least[x..]);
            for (var next = x + 1; next < x + size; next++)
            {
                brightest = Vector.Max(brightest, new Vector<byte>(most[next..]));
                darkest = Vector.Min(darkest, new Vector<byte>(least[next..]));
            }

            brightest.CopyTo(most[x..]);
            darkest.CopyTo(least[x..]);
        }
    }

    /// <summary>At each place the mean of so many values, steps from each other, of which the first is at that place.</summary>
    private static void Average(ReadOnlySpan<float> from, int count, int step, Span<float> to)
    {
        var x = 0;
        for (; x <= to.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var i = 0; i < count; i++)
            {
                sum += new Vector<float>(from[(x + (i * step))..]);
            }

            (sum / count).CopyTo(to[x..]);
        }

        for (; x < to.Length; x++)
        {
            var sum = 0f;
            for (var i = 0; i < count; i++)
            {
                sum += from[x + (i * step)];
            }

            to[x] = sum / count;
        }
    }
}
