using System.Collections.Immutable;

namespace Hazchem.Functions.Portal;

/// <summary>What became of a depot's documents within one hour.</summary>
/// <param name="NotSent">Refused or given up.</param>
/// <param name="Failed">Of these, given up.</param>
/// <param name="Seconds">From drop to sent, of each that was sent, in order.</param>
internal sealed record HourSummary(DateTimeOffset From, int Received, int NotSent, int Failed, ImmutableArray<double> Seconds)
{
    public int Sent => Seconds.Length;

    public static double? Percentile(ImmutableArray<double> sorted, double share) =>
        sorted.IsEmpty ? null : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)], 1);
}
