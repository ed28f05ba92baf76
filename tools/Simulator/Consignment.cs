using System.Text.RegularExpressions;

namespace Hazchem.Simulator;

/// <summary>A consignment as it was announced to Hazchem; a role may be nobody's.</summary>
public sealed partial record Consignment(string Number, string? Requesting, string? Collection, string? Delivery)
{
    /// <summary>The roles of a depot in this consignment, empty if it takes no part.</summary>
    internal IReadOnlyList<string> RolesOf(string depot) =>
    [
        .. Requesting == depot ? [WireNames.Requesting] : Array.Empty<string>(),
        .. Collection == depot ? [WireNames.Collection] : Array.Empty<string>(),
        .. Delivery == depot ? [WireNames.Delivery] : Array.Empty<string>(),
    ];

    internal IEnumerable<string> Depots => new[] { Requesting, Collection, Delivery }.OfType<string>().Distinct();

    internal static bool IsNumber(string text) => NumberPattern().IsMatch(text);

    [GeneratedRegex(@"^(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();
}
