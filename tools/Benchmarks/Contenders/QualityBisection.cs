namespace Hazchem.Benchmarks.Contenders;

/// <summary>The usual way to meet a limit: halve the range of qualities until one is left. Six or seven codings.</summary>
internal static class QualityBisection
{
    public const int Lowest = 5;

    /// <summary>As ours: more than this only makes the file larger.</summary>
    public const int Highest = 92;

    public static Product Run(long limit, Func<int, byte[]> code)
    {
        byte[]? best = null;
        var low = Lowest;
        var high = Highest;
        while (low <= high)
        {
            var quality = (low + high) / 2;
            var jpeg = code(quality);
            if (jpeg.Length <= limit)
            {
                best = jpeg;
                low = quality + 1;
            }
            else
            {
                high = quality - 1;
            }
        }

        return best is null ? new Product(null, $"Over the limit even at quality {Lowest}.") : new Product(best, Quality: high);
    }
}
