using System.Text.RegularExpressions;

namespace Hazchem.Benchmarks.Measuring;

/// <summary>The words of a text, as often as each occurs, in lower case; runs of two letters or digits and more.</summary>
internal sealed partial class Words
{
    private readonly Dictionary<string, int> _counts;

    public Words(string text) => _counts = Word()
        .Matches(text)
        .GroupBy(match => match.Value.ToLowerInvariant())
        .ToDictionary(group => group.Key, group => group.Count());

    public int Count => _counts.Values.Sum();

    /// <summary>Which share of these words is among the others, 0 to 1.</summary>
    public double RecallIn(Words others) =>
        _counts.Sum(word => Math.Min(word.Value, others._counts.GetValueOrDefault(word.Key))) / (double)Count;

    [GeneratedRegex(@"[\p{L}\p{Nd}]{2,}")]
    private static partial Regex Word();
}
