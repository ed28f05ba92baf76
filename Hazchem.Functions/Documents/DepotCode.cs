using System.Diagnostics.CodeAnalysis;

namespace Hazchem.Functions.Documents;

/// <summary>A depot's three-digit code in the Hazchem Network, such as <c>045</c>.</summary>
internal sealed record DepotCode : IComparable<DepotCode>
{
    private DepotCode(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out DepotCode? code,
        [NotNullWhen(false)] out string? reason)
    {
        if (text.Length == 3 && text.All(char.IsAsciiDigit))
        {
            code = new DepotCode(text);
            reason = null;
            return true;
        }

        code = null;
        reason = "The depot must be a three-digit code such as 045.";
        return false;
    }

    public int CompareTo(DepotCode? other) => string.CompareOrdinal(Value, other?.Value);

    public override string ToString() => Value;
}
