using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hazchem.Functions.Imaging;

/// <summary>Tells ink from paper in a grey page.</summary>
internal static class Threshold
{
    /// <summary>Ink is darker than this share of its surroundings, whatever light they lie in.</summary>
    private const double InkShare = 0.86;

    /// <summary>
    /// Surroundings count as no darker than this share of the page's paper, so that the inside of a black area stays
    /// black. Paper in a hard shadow is brighter than that.
    /// </summary>
    private const double DarkestPaper = 0.25;

    /// <summary>A scanner's lid or a dark table has nothing in it that is brighter than this share of the page's paper.</summary>
    private const double BrightestTable = 0.35;

    /// <summary>Of 256, so that limits between the middles of blocks are found by adding steps.</summary>
    private const int Fraction = 256;

    /// <summary>
    /// By each point's surroundings, so that text reads through shadows; photographs by a screen of dots.
    /// </summary>
    /// <param name="photos">Where the page is a photograph; null for nowhere.</param>
    /// <returns>Bits as in <see cref="BilevelPage"/>.</returns>
    public static byte[] Adaptive(GreyPage page, PhotoRegions? photos)
    {
        var blocks = PageBlocks.Of(page);
        var limits = Limits(page, blocks);
        var screen = photos is null ? null : new Screen(page, photos);
        var (width, height) = (page.Width, page.Height);
        var stride = (width + 7) / 8;
        var bits = new byte[stride * height];

        var padded = (width + Vector256<byte>.Count - 1) / Vector256<byte>.Count * Vector256<byte>.Count;
        var upper = new ushort[padded];
        var lower = new ushort[padded];
        var step = new ushort[padded];
        var line = new byte[padded];
        Expand(limits, 0, blocks, lower.AsSpan(0, width));
        for (var y = 0; y < height; y++)
        {
            // Between the middles of two rows of blocks the limits go from the upper's to the lower's.
            var below = (y - (blocks.Size / 2)) / blocks.Size;
            if (y >= blocks.Size / 2 && (y - (blocks.Size / 2)) % blocks.Size == 0)
            {
                (upper, lower) = (lower, upper);
                Expand(limits, Math.Min(below + 1, blocks.Rows - 1), blocks, lower.AsSpan(0, width));
                Steps(upper, lower, blocks.Size, step);
            }

            Advance(y < blocks.Size / 2 ? lower : upper, step, line);
            screen?.Overwrite(line, y);
            Pack(page.Points.AsSpan(y * width, width), line, bits.AsSpan(y * stride, stride));
        }

        return bits;
    }

    /// <summary>Ink is what is darker than <paramref name="limit"/>.</summary>
    /// <returns>Bits as in <see cref="BilevelPage"/>.</returns>
    public static byte[] At(GreyPage page, byte limit)
    {
        var line = new byte[page.Width];
        Array.Fill(line, limit);
        var stride = (page.Width + 7) / 8;
        var bits = new byte[stride * page.Height];
        for (var y = 0; y < page.Height; y++)
        {
            Pack(page.Points.AsSpan(y * page.Width, page.Width), line, bits.AsSpan(y * stride, stride));
        }

        return bits;
    }

    /// <summary>A limit a block, in 256ths of a grey.</summary>
    private static ushort[] Limits(GreyPage page, PageBlocks blocks)
    {
        var light = blocks.Surroundings();
        var paper = Brightest(light);
        var table = blocks.DarkFromTheEdge((byte)(paper * BrightestTable));
        var faint = FaintMarks.Limits(page, blocks, light);
        var limits = new ushort[light.Length];
        for (var i = 0; i < light.Length; i++)
        {
            var limit = Math.Max(light[i], paper * DarkestPaper) * InkShare;

            // By way of an integer, which a processor converts to at once.
            limits[i] = table[i] ? (ushort)0 : (ushort)(int)(Math.Max(limit, faint?[i] ?? 0) * Fraction);
        }

        return limits;
    }

    /// <summary>The limits along a row of points through the middles of a row of blocks.</summary>
    private static void Expand(ushort[] limits, int row, PageBlocks blocks, Span<ushort> line)
    {
        var of = limits.AsSpan(row * blocks.Columns, blocks.Columns);
        var half = blocks.Size / 2;
        var x = 0;
        for (; x < half && x < line.Length; x++)
        {
            line[x] = of[0];
        }

        for (var column = 0; column < blocks.Columns; column++)
        {
            int limit = of[column];
            var step = (of[Math.Min(column + 1, blocks.Columns - 1)] - limit) / blocks.Size;
            for (var end = Math.Min(line.Length, x + blocks.Size); x < end; x++, limit += step)
            {
                line[x] = (ushort)limit;
            }
        }
    }

    /// <summary>What to add to a row's limits to be at the lower's after so many rows.</summary>
    private static void Steps(ReadOnlySpan<ushort> upper, ReadOnlySpan<ushort> lower, int rows, Span<ushort> step)
    {
        var share = new Vector<float>(1f / rows);
        for (var x = 0; x < step.Length; x += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(upper[x..]), out var fromLeft, out var fromRight);
            Vector.Widen(new Vector<ushort>(lower[x..]), out var toLeft, out var toRight);
            var left = Vector.ConvertToInt32(Vector.ConvertToSingle(Vector.AsVectorInt32(toLeft - fromLeft)) * share);
            var right = Vector.ConvertToInt32(Vector.ConvertToSingle(Vector.AsVectorInt32(toRight - fromRight)) * share);
            Vector.AsVectorUInt16(Vector.Narrow(left, right)).CopyTo(step[x..]);
        }
    }

    /// <summary>Gives a row's limits in whole greys, and goes a step on to the next row's.</summary>
    private static void Advance(Span<ushort> exact, ReadOnlySpan<ushort> step, Span<byte> line)
    {
        for (var x = 0; x < line.Length; x += Vector256<byte>.Count)
        {
            var left = Vector256.Create<ushort>(exact[x..]);
            var right = Vector256.Create<ushort>(exact[(x + Vector256<ushort>.Count)..]);
            Vector256.Narrow(left >>> 8, right >>> 8).CopyTo(line[x..]);
            (left + Vector256.Create(step[x..])).CopyTo(exact[x..]);
            (right + Vector256.Create(step[(x + Vector256<ushort>.Count)..])).CopyTo(exact[(x + Vector256<ushort>.Count)..]);
        }
    }

    private static void Pack(ReadOnlySpan<byte> grey, ReadOnlySpan<byte> limits, Span<byte> bits)
    {
        var x = 0;
        for (; x <= grey.Length - Vector256<byte>.Count; x += Vector256<byte>.Count)
        {
            var ink = Vector256.LessThan(Vector256.Create(grey[x..]), Vector256.Create(limits[x..])).ExtractMostSignificantBits();
            BinaryPrimitives.WriteUInt32LittleEndian(bits[(x >> 3)..], Mirror(ink));
        }

        for (; x < grey.Length; x++)
        {
            if (grey[x] < limits[x])
            {
                bits[x >> 3] |= (byte)(0x80 >> (x & 7));
            }
        }
    }

    /// <summary>Turns each byte end for end: a processor's first point is the lowest bit, a fax's the highest.</summary>
    private static uint Mirror(uint bits)
    {
        bits = ((bits >> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
        bits = ((bits >> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
        return ((bits >> 4) & 0x0F0F0F0F) | ((bits & 0x0F0F0F0F) << 4);
    }

    /// <summary>The light that one block in twenty passes, so that a reflection does not count for paper.</summary>
    private static int Brightest(float[] light)
    {
        Span<int> counts = stackalloc int[256];
        foreach (var of in light)
        {
            counts[(int)of]++;
        }

        var brighter = 0;
        var grey = counts.Length - 1;
        for (; grey > 0 && (brighter + counts[grey]) * 20 < light.Length; grey--)
        {
            brighter += counts[grey];
        }

        return grey;
    }
}
