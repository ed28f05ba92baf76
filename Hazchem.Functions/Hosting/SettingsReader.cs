using System.Globalization;

namespace Hazchem.Functions.Hosting;

/// <summary>
/// Reads the settings of one section and names a wrong one as its environment variable is written.
/// </summary>
/// <param name="section">The section, such as <c>Inbound</c>.</param>
internal sealed class SettingsReader(IConfigurationSection section)
{
    public string? Text(string name) => section[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    public SettingsException Wrong(string name, string message) =>
        new($"{section.Path}:{name}".Replace(":", "__", StringComparison.Ordinal), message);

    public bool Flag(string name, bool whenAbsent) =>
        Text(name) is not { } text ? whenAbsent
        : bool.TryParse(text, out var value) ? value
        : throw Wrong(name, $"must be true or false (default {(whenAbsent ? "true" : "false")}).");

    public int Integer(string name, int whenAbsent, int least, int most) =>
        Text(name) is not { } text ? whenAbsent
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most ? value
        : throw Wrong(name, $"must be a whole number from {least} to {most} (default {whenAbsent}).");

    public double Number(string name, double whenAbsent, double least, double most) =>
        Text(name) is not { } text ? whenAbsent
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most ? value
        : throw Wrong(name, string.Create(
            CultureInfo.InvariantCulture,
            $"must be a number from {least} to {most}, with a point before decimals (default {whenAbsent})."));

    /// <summary>A time such as <c>00:15:00</c> or <c>7.00:00:00</c>. A bare number is refused: it would be days.</summary>
    public TimeSpan Time(string name, TimeSpan whenAbsent, TimeSpan least, TimeSpan most) =>
        Text(name) is not { } text ? whenAbsent
        : text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most ? value
        : throw Wrong(name, $"must be a time [days.]hours:minutes:seconds from {least:c} to {most:c} (default {whenAbsent:c}).");
}
