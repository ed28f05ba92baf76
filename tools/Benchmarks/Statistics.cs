namespace Hazchem.Benchmarks;

internal static class Statistics
{
    /// <summary>What ratios are averaged with; null for none.</summary>
    public static double? GeometricMean(IEnumerable<double> values)
    {
        var logarithms = values.Select(value => Math.Log(value)).ToArray();
        return logarithms.Length == 0 ? null : Math.Exp(logarithms.Average());
    }

    public static double? Mean(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 0 ? null : all.Average();
    }
}
