using System.Globalization;
using System.Text;

namespace Hazchem.Functions.Storage;

/// <summary>Makes any text fit for a table key and one segment of a blob's name, without two texts becoming one.</summary>
internal static class NameEncoding
{
    /// <summary>
    /// Letters, digits and <c>-</c> stay; every other UTF-8 byte becomes <c>_</c> and two hex digits. So neither the
    /// characters that table keys forbid (<c>/ \ # ?</c>, control characters) nor <c>.</c> and <c>..</c> come through.
    /// </summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c == '-')
            {
                encoded.Append(c);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"_{b:X2}");
            }
        }

        return encoded.ToString();
    }
}
