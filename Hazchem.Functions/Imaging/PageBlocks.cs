using System.Numerics;

namespace Hazchem.Functions.Imaging;

/// <summary>A page cut into squares of 1/40 inch, each with its mean and its brightest grey.</summary>
/// <param name="Size">Points a side; the last column and row may be cut.</param>
internal sealed record PageBlocks(int Size, int Columns, int Rows, float[] Means, byte[] Brightest)
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
        var blocks = new PageBlocks(size, columns, rows, new float[columns * rows], new byte[columns * rows]);
        var sums = new ushort[page.Width];
        var most = new byte[page.Width];
        for (var row = 0; row < rows; row++)
        {
            Array.Clear(sums);
            Array.Clear(most);
            var height = Math.Min(size, page.Height - (row * size));
            for (var y = row * size; y < (row * size) + height; y++)
            {
                Accumulate(page.Points.AsSpan(y * page.Width, page.Width), sums, most);
            }

            for (var column = 0; column < columns; column++)
            {
                var of = Math.Min(size, page.Width - (column * size));
                var sum = 0;
                byte brightest = 0;
                for (var x = column * size; x < (column * size) + of; x++)
                {
                    sum += sums[x];
                    brightest = Math.Max(brightest, most[x]);
                }

                blocks.Means[(row * columns) + column] = sum / (float)(of * height);
                blocks.Brightest[(row * columns) + column] = brightest;
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
            Average(Means, across, row * Columns, Columns, step: 1);
        }

        var around = new float[Means.Length];
        for (var column = 0; column < Columns; column++)
        {
            Average(across, around, column, Rows, step: Columns);
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

    private static void Accumulate(ReadOnlySpan<byte> points, Span<ushort> sums, Span<byte> most)
    {
        var x = 0;
        for (; x <= points.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            var line = new Vector<byte>(points[x..]);
            Vector.Max(line, new Vector<byte>(most[x..])).CopyTo(most[x..]);
            Vector.Widen(line, out var left, out var right);
            (left + new Vector<ushort>(sums[x..])).CopyTo(sums[x..]);
            (right + new Vector<ushort>(sums[(x + Vector<ushort>.Count)..])).CopyTo(sums[(x + Vector<ushort>.Count)..]);
        }

        for (; x < points.Length; x++)
        {
            sums[x] += points[x];
            most[x] = Math.Max(most[x], points[x]);
        }
    }

    private static void Average(float[] from, float[] to, int start, int count, int step)
    {
        for (var i = 0; i < count; i++)
        {
            var sum = 0f;
            var first = Math.Max(0, i - Reach);
            var last = Math.Min(count - 1, i + Reach);
            for (var j = first; j <= last; j++)
            {
                sum += from[start + (j * step)];
            }

            to[start + (i * step)] = sum / (last - first + 1);
        }
    }
}
