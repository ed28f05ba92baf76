namespace Hazchem.Benchmarks;

internal static class Statistics
{
    /// <summary>What ratios are averaged with; null for none.</summary>
    public static double? GeometricMean(IEnumerable<double> values)
    {
        var logarithms = values.Select(value => Math.Log(value)).ToArray();
        return logarithms.Length == 0 ? null : Math.Exp(logarithms.Average());
    }

    /// <summary>Null for none; of an even number the mean of the two in the middle.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        var all = values.Order().ToArray();
        return all.Length == 0 ? null : (all[(all.Length - 1) / 2] + all[all.Length / 2]) / 2;
    }

    public static double? Mean(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 0 ? null : all.Average();
    }
}
