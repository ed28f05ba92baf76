using System.Globalization;

namespace Hazchem.Functions.HazchemApi;

/// <summary>Times on Hazchem's wire. One without an offset is refused: it would be read as this machine's.</summary>
internal static class Rfc3339
{
    /// <summary>In UTC with milliseconds; what is finer is cut off, so that the time is never a later one.</summary>
    public static string FormatUtc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string FormatWithOffset(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>A time before <see cref="WireLimits.Earliest"/>, such as .NET's default, becomes that.</summary>
    public static DateTimeOffset? TryParse(string? text)
    {
        if (text is not { Length: >= 20 and <= 64 }
            || text[10] is not ('T' or 't' or ' ')
            || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-'))
        {
            return null;
        }

        var zone = text[^1] is 'Z' or 'z' ? text.Length - 1 : text.Length - 6;
        // Seven digits of a second are all that a DateTimeOffset holds.
        var fraction = Math.Min(zone, 27);
        var trimmed = string.Concat(text.AsSpan(0, 10), "T", text.AsSpan(11, fraction - 11), text.AsSpan(zone)).ToUpperInvariant();
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];
        return DateTimeOffset.TryParseExact(
            trimmed, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time < WireLimits.Earliest ? WireLimits.Earliest : time
            : null;
    }
}
