namespace Hazchem.Functions.Imaging;

/// <summary>Tells ink from paper in a grey page.</summary>
internal static class Threshold
{
    /// <summary>Blocks an inch whose mean is taken; the surroundings of a point are seven by seven of them, 4.4 mm.</summary>
    private const int BlocksPerInch = 40;

    private const int SurroundingBlocks = 3;

    /// <summary>Ink is darker than this share of its surroundings, whatever light they lie in.</summary>
    private const double InkShare = 0.86;

    /// <summary>
    /// Surroundings count as no darker than this share of the page's paper, so that the inside of a black area stays
    /// black. Paper in a hard shadow is brighter than that.
    /// </summary>
    private const double DarkestPaper = 0.25;

    /// <summary>By each point's surroundings: reads through shadows, at the cost of bytes on pictures.</summary>
    public static byte[] Adaptive(ReadOnlySpan<byte> grey, int width, int height, double dpi)
    {
        var block = Math.Max(2, (int)(dpi / BlocksPerInch));
        var columns = (width + block - 1) / block;
        var rows = (height + block - 1) / block;
        var light = Blur(BlockMeans(grey, width, height, block, columns, rows), columns, rows);
        var darkest = (float)(Brightest(light) * DarkestPaper);
        for (var i = 0; i < light.Length; i++)
        {
            light[i] = Math.Max(light[i], darkest) * (float)InkShare;
        }

        var bits = new byte[(width + 7) / 8 * height];
        var line = new float[columns];
        var limits = new float[width];
        for (var y = 0; y < height; y++)
        {
            Interpolate(Position(y, block), rows, columns, light, line);
            for (var x = 0; x < width; x++)
            {
                var at = Position(x, block);
                var left = Math.Clamp((int)Math.Floor(at), 0, columns - 1);
                var right = Math.Min(left + 1, columns - 1);
                var share = Math.Clamp(at - left, 0, 1);
                limits[x] = line[left] + ((line[right] - line[left]) * share);
            }

            Pack(grey.Slice(y * width, width), limits, bits.AsSpan((width + 7) / 8 * y));
        }

        return bits;
    }

    /// <summary>One limit for the page, the one that parts its greys best (Otsu).</summary>
    public static byte[] Plain(ReadOnlySpan<byte> grey, int width, int height)
    {
        var counts = new long[256];
        foreach (var point in grey)
        {
            counts[point]++;
        }

        return At(grey, width, height, Otsu(counts) + 1);
    }

    /// <summary>Ink is what is darker than <paramref name="limit"/>.</summary>
    public static byte[] At(ReadOnlySpan<byte> grey, int width, int height, int limit)
    {
        var limits = new float[width];
        Array.Fill(limits, limit);
        var bits = new byte[(width + 7) / 8 * height];
        for (var y = 0; y < height; y++)
        {
            Pack(grey.Slice(y * width, width), limits, bits.AsSpan((width + 7) / 8 * y));
        }

        return bits;
    }

    private static void Pack(ReadOnlySpan<byte> grey, ReadOnlySpan<float> limits, Span<byte> bits)
    {
        for (var x = 0; x < grey.Length; x++)
        {
            if (grey[x] < limits[x])
            {
                bits[x >> 3] |= (byte)(0x80 >> (x & 7));
            }
        }
    }

    /// <summary>Where a point lies among the middles of the blocks.</summary>
    private static float Position(int point, int block) => ((point + 0.5f) / block) - 0.5f;

    private static void Interpolate(float at, int rows, int columns, float[] light, float[] line)
    {
        var upper = Math.Clamp((int)Math.Floor(at), 0, rows - 1);
        var lower = Math.Min(upper + 1, rows - 1);
        var share = Math.Clamp(at - upper, 0, 1);
        for (var i = 0; i < columns; i++)
        {
            var above = light[(upper * columns) + i];
            line[i] = above + ((light[(lower * columns) + i] - above) * share);
        }
    }

    private static float[] BlockMeans(ReadOnlySpan<byte> grey, int width, int height, int block, int columns, int rows)
    {
        var sums = new float[columns * rows];
        for (var y = 0; y < height; y++)
        {
            var line = grey.Slice(y * width, width);
            var sumsLine = sums.AsSpan(y / block * columns, columns);
            for (var column = 0; column < columns; column++)
            {
                var sum = 0;
                foreach (var point in line[(column * block)..Math.Min(width, (column + 1) * block)])
                {
                    sum += point;
                }

                sumsLine[column] += sum;
            }
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                sums[(row * columns) + column] /=
                    Math.Min(block, width - (column * block)) * Math.Min(block, height - (row * block));
            }
        }

        return sums;
    }

    private static float[] Blur(float[] means, int columns, int rows)
    {
        var across = new float[means.Length];
        for (var row = 0; row < rows; row++)
        {
            Average(means, across, row * columns, columns, step: 1);
        }

        var blurred = new float[means.Length];
        for (var column = 0; column < columns; column++)
        {
            Average(across, blurred, column, rows, step: columns);
        }

        return blurred;
    }

    private static void Average(float[] from, float[] to, int start, int count, int step)
    {
        for (var i = 0; i < count; i++)
        {
            var sum = 0f;
            var first = Math.Max(0, i - SurroundingBlocks);
            var last = Math.Min(count - 1, i + SurroundingBlocks);
            for (var j = first; j <= last; j++)
            {
                sum += from[start + (j * step)];
            }

            to[start + (i * step)] = sum / (last - first + 1);
        }
    }

    /// <summary>The light that one block in twenty passes, so that a reflection does not count for paper.</summary>
    private static float Brightest(float[] light)
    {
        var sorted = light.Order().ToArray();
        return sorted[sorted.Length * 19 / 20];
    }

    private static int Otsu(long[] counts)
    {
        double total = counts.Sum();
        var sum = counts.Select((count, grey) => (double)grey * count).Sum();
        double best = -1;
        double below = 0;
        double sumBelow = 0;
        var limit = 127;
        for (var grey = 0; grey < 255; grey++)
        {
            below += counts[grey];
            sumBelow += (double)grey * counts[grey];
            if (below == 0 || below == total)
            {
                continue;
            }

            var distance = (sumBelow / below) - ((sum - sumBelow) / (total - below));
            var parted = below * (total - below) * distance * distance;
            if (parted > best)
            {
                best = parted;
                limit = grey;
            }
        }

        return limit;
    }
}
