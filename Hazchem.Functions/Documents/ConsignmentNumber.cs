using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hazchem.Functions.Documents;

/// <summary>
/// A consignment's number: 1 to 40 characters of <c>A-Z a-z 0-9 - _ .</c> with at least one letter or digit.
/// Compared without regard to case, so it is held in upper case.
/// </summary>
internal sealed record ConsignmentNumber
{
    public const int MaxLength = 40;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private ConsignmentNumber(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ConsignmentNumber? number,
        [NotNullWhen(false)] out string? reason)
    {
        number = null;
        reason = text switch
        {
            "" => "The consignment number is empty.",
            { Length: > MaxLength } => $"The consignment number has {text.Length} characters; {MaxLength} are allowed.",
            _ when text.AsSpan().IndexOfAnyExcept(Allowed) is >= 0 and var at =>
                $"The consignment number has the character {Describe(text[at])}; only letters A to Z, digits, '-', '_' and '.' are allowed.",
            _ when !text.Any(char.IsAsciiLetterOrDigit) => "The consignment number has no letter and no digit.",
            _ => null,
        };
        if (reason is not null)
        {
            return false;
        }

        number = new ConsignmentNumber(text.ToUpperInvariant());
        return true;
    }

    public override string ToString() => Value;

    private static string Describe(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"'{c}'";
}
