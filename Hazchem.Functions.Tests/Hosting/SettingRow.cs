using System.Text.RegularExpressions;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Hosting;

/// <summary>A row of the README's settings table.</summary>
/// <param name="Name">As an environment variable is written; <c>&lt;code&gt;</c> stands for a depot's.</param>
/// <param name="Default">Empty where the table has words instead.</param>
/// <param name="Least">Empty likewise, as is <paramref name="Most"/>.</param>
/// <param name="Most">The other end of the range.</param>
internal sealed partial record SettingRow(string Name, string Default, string Least, string Most)
{
    public static SettingRow[] ReadAll()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "README.md"));
        var rows = Row().Matches(readme).Select(row => new SettingRow(
            row.Groups["name"].Value,
            row.Groups["default"].Value,
            row.Groups["least"].Value,
            row.Groups["most"].Value)).ToArray();
        rows.Should().NotBeEmpty();
        return rows;
    }

    // | `Name` | meaning | unit | `default`, or words | `least` to `most`, or words |
    [GeneratedRegex(@"^\| `(?<name>[A-Za-z_<>]+)` \|[^|\n]*\|[^|\n]*\| (?:`(?<default>[^`|]+)`|[^`|\n]*) \| ?(?:`(?<least>[^`|]+)` to `(?<most>[^`|]+)`|[^|\n]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
