using System.Globalization;
using System.Text;

namespace Hazchem.Functions.HazchemApi;

/// <summary>Makes words from outside fit for a log line and a table.</summary>
internal static class PlainText
{
    /// <summary>Control, format and line-separating characters become spaces; what is longer than <paramref name="most"/> characters is cut.</summary>
    public static string OneLine(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > most)
            {
                line.Append('…');
                break;
            }

            line.Append(
                Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                    ? " "
                    : rune.ToString());
        }

        return line.ToString().Trim();
    }
}
