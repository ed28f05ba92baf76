using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Hazchem.ContractProbe;

/// <summary>What was found, as a table or as JSON.</summary>
internal sealed record Report(string BaseUrl, string Depot, DateTimeOffset TriedAt, IReadOnlyList<Check> Checks)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public int Differences => Checks.Count(check => check.Verdict == Verdict.Differs);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>By assumption, in the README's order.</summary>
    public void Show(IAnsiConsole console)
    {
        foreach (var assumption in Assumption.All)
        {
            var table = new Table().Border(TableBorder.Rounded).Expand()
                .Title(Markup.Escape(assumption.Text.Replace("`", "", StringComparison.Ordinal)))
                .AddColumn("").AddColumn("Tried").AddColumn("Expected").AddColumn("Seen");
            foreach (var check in Checks.Where(check => check.Assumption == assumption.Id))
            {
                var (colour, mark) = check.Verdict switch
                {
                    Verdict.Holds => ("green", "✓ holds"),
                    Verdict.Differs => ("red", "✗ differs"),
                    _ => ("yellow", "? open"),
                };
                table.AddRow($"[{colour}]{mark}[/]", Markup.Escape(check.Tried), Markup.Escape(check.Expected), Markup.Escape(check.Seen));
            }

            console.Write(table);
        }

        console.WriteLine(Differences == 0
            ? "Nothing that was tried differs from docs/hazchem-api.yaml."
            : $"{Differences} of {Checks.Count} checks differ from docs/hazchem-api.yaml. The README's table \"What is assumed about Hazchem\" says what to change.");
    }
}
