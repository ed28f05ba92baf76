using System.Numerics;

namespace Hazchem.Benchmarks.Measuring;

/// <summary>
/// SSIM as Wang and others defined it in 2004: on luma of 0 to 255, in windows of 11 by 11 points weighted by a Gaussian of
/// σ 1.5, with K1 .01 and K2 .03; the mean over all windows that lie wholly in the picture.
/// </summary>
internal static class StructuralSimilarity
{
    private const int Window = 11;
    private const double Sigma = 1.5;
    private const float C1 = 0.01f * 255 * (0.01f * 255);
    private const float C2 = 0.03f * 255 * (0.03f * 255);

    private static readonly float[] Weights = MakeWeights();

    /// <returns>1 for the same picture, less for a worse one.</returns>
    public static double Compare(LumaPicture reference, LumaPicture candidate)
    {
        if (reference.Width != candidate.Width || reference.Height != candidate.Height)
        {
            throw new ArgumentException("Both pictures must have the same size.", nameof(candidate));
        }

        if (Math.Min(reference.Width, reference.Height) < Window)
        {
            throw new ArgumentException($"A picture must have {Window} points on each side.", nameof(reference));
        }

        var sums = new double[reference.Height - Window + 1];
        Parallel.For(
            0,
            sums.Length,
            () => new float[5][].Select(_ => new float[reference.Width]).ToArray(),
            (row, _, columns) =>
            {
                sums[row] = CompareRow(reference, candidate, row, columns);
                return columns;
            },
            _ => { });
        return sums.Sum() / ((double)sums.Length * (reference.Width - Window + 1));
    }

    private static double CompareRow(LumaPicture reference, LumaPicture candidate, int top, float[][] columns)
    {
        Array.ForEach(columns, Array.Clear);
        for (var i = 0; i < Window; i++)
        {
            Add(reference.Row(top + i), candidate.Row(top + i), Weights[i], columns);
        }

        double sum = 0;
        for (var left = 0; left + Window <= reference.Width; left++)
        {
            float mean1 = 0, mean2 = 0, square1 = 0, square2 = 0, product = 0;
            for (var i = 0; i < Window; i++)
            {
                mean1 += Weights[i] * columns[0][left + i];
                mean2 += Weights[i] * columns[1][left + i];
                square1 += Weights[i] * columns[2][left + i];
                square2 += Weights[i] * columns[3][left + i];
                product += Weights[i] * columns[4][left + i];
            }

            var means = mean1 * mean2;
            var squares = (mean1 * mean1) + (mean2 * mean2);
            sum += ((2 * means) + C1) * ((2 * (product - means)) + C2)
                / ((squares + C1) * (square1 + square2 - squares + C2));
        }

        return sum;
    }

    private static void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> candidate, float weight, float[][] columns)
    {
        var x = 0;
        for (; x <= reference.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var a = new Vector<float>(reference[x..]);
            var b = new Vector<float>(candidate[x..]);
            Accumulate(columns[0], x, a * weight);
            Accumulate(columns[1], x, b * weight);
            Accumulate(columns[2], x, a * a * weight);
            Accumulate(columns[3], x, b * b * weight);
            Accumulate(columns[4], x, a * b * weight);
        }

        for (; x < reference.Length; x++)
        {
            var (a, b) = (reference[x], candidate[x]);
            columns[0][x] += a * weight;
            columns[1][x] += b * weight;
            columns[2][x] += a * a * weight;
            columns[3][x] += b * b * weight;
            columns[4][x] += a * b * weight;
        }
    }

    private static void Accumulate(float[] column, int x, Vector<float> value) =>
        (new Vector<float>(column, x) + value).CopyTo(column, x);

    private static float[] MakeWeights()
    {
        var weights = Enumerable.Range(0, Window)
            .Select(i => Math.Exp(-Math.Pow(i - (Window / 2), 2) / (2 * Sigma * Sigma)))
            .ToArray();
        return [.. weights.Select(weight => (float)(weight / weights.Sum()))];
    }
}
