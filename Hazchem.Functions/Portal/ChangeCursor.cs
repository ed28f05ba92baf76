using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>How far changes were read, depot by depot. For whoever keeps it, it is a word without a meaning.</summary>
internal sealed record ChangeCursor(IReadOnlyDictionary<string, string> Positions)
{
    private const string Version = "1";
    private const int ShortestPosition = 21;

    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        string.Join(';', [Version, .. Positions.OrderBy(position => position.Key, StringComparer.Ordinal).Select(position => $"{position.Key}={position.Value}")])));

    /// <param name="text">What <see cref="ToString"/> gave, or a time with an offset.</param>
    /// <param name="depots">For which positions are wanted.</param>
    /// <returns>Null where it is neither.</returns>
    public static ChangeCursor? Parse(string text, IEnumerable<string> depots)
    {
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return From(at, depots);
        }

        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(';');
        var positions = new Dictionary<string, string>();
        foreach (var part in parts.Skip(1))
        {
            if (part.Split('=') is not [var depot, { Length: >= ShortestPosition } position] || !position.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                return null;
            }

            positions[depot] = position;
        }

        if (parts[0] != Version || positions.Count == 0)
        {
            return null;
        }

        // A depot that is new since then begins where the one begins that is furthest behind.
        var behind = positions.Values.Min(StringComparer.Ordinal)!;
        return new ChangeCursor(depots.ToDictionary(depot => depot, depot => positions.GetValueOrDefault(depot, behind)));
    }

    public static ChangeCursor From(DateTimeOffset at, IEnumerable<string> depots) =>
        new(depots.ToDictionary(depot => depot, _ => Outcomes.ActivityRowAt(at)));
}
