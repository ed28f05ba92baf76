using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Makes a grey page larger or smaller through the cubic curve of Catmull and Rom, which is as sharp as the page was.
/// libvips can do so too, and takes three to ten times as long.
/// </summary>
internal static class Resampling
{
    /// <summary>The weights of one point add up to 128, so that sums of their products stay within 16 bits.</summary>
    private const int Shift = 7;

    /// <summary>Points that are read at once along a row.</summary>
    private const int Group = 4;

    /// <summary>Points that are made at once along a row: a vector of bytes, made of four vectors of integers.</summary>
    private const int Block = 32;
    private const int Integers = 8;

    /// <summary>In greys: a curve may pass black by less than this, and is kept above 0 until it is cut off.</summary>
    private const int Below = 64;

    /// <param name="points">Of <paramref name="width"/> by <paramref name="height"/>, a byte a point.</param>
    /// <param name="resampled">Where the same goes, of <paramref name="newWidth"/> by <paramref name="newHeight"/>.</param>
    public static void Apply(
        ReadOnlySpan<byte> points, int width, int height, Span<byte> resampled, int newWidth, int newHeight)
    {
        var across = Curve.Through(width, newWidth);
        var down = Curve.Through(height, newHeight);
        var weights = InVectors(across);
        var line = new byte[width + (2 * across.Taps)];
        var row = new byte[weights.Length / across.Taps];
        for (var y = 0; y < newHeight; y++)
        {
            MixRows(points, width, height, down.First[y], down.Weights.AsSpan(y * down.Taps, down.Taps), line.AsSpan(across.Taps, width));
            line.AsSpan(0, across.Taps).Fill(line[across.Taps]);
            line.AsSpan(width + across.Taps).Fill(line[width + across.Taps - 1]);
            MixPoints(line, across, weights, row);
            row.AsSpan(0, newWidth).CopyTo(resampled[(y * newWidth)..]);
        }
    }

    /// <summary>Makes a row of those above and below each other. Beyond the page its edge goes on.</summary>
    private static void MixRows(
        ReadOnlySpan<byte> points, int width, int height, int first, ReadOnlySpan<short> weights, Span<byte> line)
    {
        Span<int> rows = stackalloc int[weights.Length];
        for (var tap = 0; tap < rows.Length; tap++)
        {
            rows[tap] = Math.Clamp(first + tap, 0, height - 1) * width;
        }

        const int start = (Below << Shift) + (1 << (Shift - 1));
        var x = 0;
        for (; x <= width - Vector256<byte>.Count; x += Vector256<byte>.Count)
        {
            var left = Vector256.Create((ushort)start);
            var right = left;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Create(points[(rows[tap] + x)..]));
                left += lower * (ushort)weights[tap];
                right += upper * (ushort)weights[tap];
            }

            Vector256.Narrow(ToGrey(left), ToGrey(right)).CopyTo(line[x..]);
        }

        for (; x < width; x++)
        {
            var sum = start;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                sum += points[rows[tap] + x] * weights[tap];
            }

            line[x] = (byte)Math.Clamp((sum >> Shift) - Below, 0, byte.MaxValue);
        }
    }

    private static Vector256<ushort> ToGrey(Vector256<ushort> sum) =>
        Vector256.Min(Vector256.Max(sum >>> Shift, Vector256.Create((ushort)Below)) - Vector256.Create((ushort)Below), Vector256.Create((ushort)byte.MaxValue));

    /// <summary>Makes the points of a row of those beside each other.</summary>
    /// <param name="line">With as many points more at each end as there are taps.</param>
    private static void MixPoints(ReadOnlySpan<byte> line, Curve across, ReadOnlySpan<int> weights, Span<byte> row)
    {
        for (var x = 0; x < row.Length; x += Block)
        {
            var first = Mix(line, across, weights, x);
            var second = Mix(line, across, weights, x + Integers);
            var third = Mix(line, across, weights, x + (2 * Integers));
            var fourth = Mix(line, across, weights, x + (3 * Integers));
            Vector256.Narrow(Vector256.Narrow(first, second).AsUInt16(), Vector256.Narrow(third, fourth).AsUInt16()).CopyTo(row[x..]);
        }
    }

    private static Vector256<int> Mix(ReadOnlySpan<byte> line, Curve across, ReadOnlySpan<int> weights, int x)
    {
        var from = across.First.AsSpan(x, Integers);
        weights = weights.Slice(x * across.Taps, Integers * across.Taps);
        var sum = Vector256.Create(1 << (Shift - 1));
        for (var tap = 0; tap < across.Taps; tap += Group)
        {
            var at = across.Taps + tap;
            var four = Vector256.Create(
                Read(line, from[0] + at),
                Read(line, from[1] + at),
                Read(line, from[2] + at),
                Read(line, from[3] + at),
                Read(line, from[4] + at),
                Read(line, from[5] + at),
                Read(line, from[6] + at),
                Read(line, from[7] + at));
            var grey = Vector256.Create((uint)byte.MaxValue);
            sum += (four & grey).AsInt32() * Vector256.Create(weights[(tap * Integers)..]);
            sum += ((four >>> 8) & grey).AsInt32() * Vector256.Create(weights[((tap + 1) * Integers)..]);
            sum += ((four >>> 16) & grey).AsInt32() * Vector256.Create(weights[((tap + 2) * Integers)..]);
            sum += (four >>> 24).AsInt32() * Vector256.Create(weights[((tap + 3) * Integers)..]);
        }

        return Vector256.Clamp(sum >> Shift, Vector256<int>.Zero, Vector256.Create((int)byte.MaxValue));
    }

    private static uint Read(ReadOnlySpan<byte> line, int at) => BinaryPrimitives.ReadUInt32LittleEndian(line[at..]);

    /// <summary>The weights of eight points beside each other together, tap by tap.</summary>
    private static int[] InVectors(Curve across)
    {
        var weights = new int[across.Weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var (point, tap) = (i / across.Taps, i % across.Taps);
            weights[(point / Integers * Integers * across.Taps) + (tap * Integers) + (point % Integers)] = across.Weights[i];
        }

        return weights;
    }

    /// <summary>For each point that is made, which of those there are it comes from, and what they weigh.</summary>
    /// <param name="Taps">How many; a multiple of <see cref="Group"/>.</param>
    /// <param name="First">The first of them, which may be before the edge. Up to whole blocks the last point goes on.</param>
    private sealed record Curve(int Taps, int[] First, short[] Weights)
    {
        public static Curve Through(int length, int newLength)
        {
            // Made smaller, each point comes from as many more as it stands for.
            var width = Math.Max(1, length / (double)newLength);
            var taps = (((int)Math.Ceiling(4 * width) + Group - 1) / Group) * Group;
            var padded = (newLength + Block - 1) / Block * Block;
            var curve = new Curve(taps, new int[padded], new short[padded * taps]);
            Span<double> weights = stackalloc double[taps];
            for (var i = 0; i < padded; i++)
            {
                // The middle of the point that is made, counted in the points there are.
                var middle = ((Math.Min(i, newLength - 1) + 0.5) * length / newLength) - 0.5;
                var first = (int)Math.Ceiling(middle - (2 * width));
                for (var tap = 0; tap < taps; tap++)
                {
                    weights[tap] = At(Math.Abs(first + tap - middle) / width);
                }

                curve.First[i] = first;
                Round(weights, curve.Weights.AsSpan(i * taps, taps));
            }

            return curve;
        }

        private static double At(double distance) => distance switch
        {
            < 1 => (((1.5 * distance) - 2.5) * distance * distance) + 1,
            < 2 => ((((-0.5 * distance) + 2.5) * distance) - 4) * distance + 2,
            _ => 0,
        };

        /// <summary>In whole numbers of the right sum; what rounding leaves over goes to the heaviest.</summary>
        private static void Round(ReadOnlySpan<double> weights, Span<short> rounded)
        {
            double sum = 0;
            foreach (var weight in weights)
            {
                sum += weight;
            }

            var (left, heaviest) = (1 << Shift, 0);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                rounded[tap] = (short)Math.Round(weights[tap] / sum * (1 << Shift));
                left -= rounded[tap];
                heaviest = weights[tap] > weights[heaviest] ? tap : heaviest;
            }

            rounded[heaviest] += (short)left;
        }
    }
}
