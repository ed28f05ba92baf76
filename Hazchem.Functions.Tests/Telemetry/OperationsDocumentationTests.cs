using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Hazchem.Functions.Telemetry;
using Hazchem.LocalHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Telemetry;

/// <summary>Holds the tables of docs/operations.md to the code.</summary>
public sealed partial class OperationsDocumentationTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "operations.md"));

    [Fact]
    public void Event_table_is_compared_with_the_code_has_each_log_message_and_no_other()
    {
        var events = typeof(Instruments).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Message is not null)
            .Select(found => (Id: found.Message!.EventId, found.Method.Name, Level: found.Message.Level.ToString()))
            .ToList();

        events.Select(known => known.Id).Should().OnlyHaveUniqueItems();
        EventRow().Matches(Document).Select(row => (
                Id: int.Parse(row.Groups["id"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
                Name: row.Groups["name"].Value,
                Level: row.Groups["level"].Value))
            .Should().BeEquivalentTo(events);
    }

    [Fact]
    public void Metrics_table_is_compared_with_the_code_has_each_instrument_with_its_unit()
    {
        using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddTelemetry(new TelemetrySettings()).BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var measured = new List<(string Name, string? Unit)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    measured.Add((instrument.Name, instrument.Unit));
                }
            },
        };
        listener.Start();

        services.GetRequiredService<Instruments>();

        MetricRow().Matches(Document).Select(row => (row.Groups["name"].Value, row.Groups["unit"].Value)).Should().BeEquivalentTo(measured);
    }

    // | 1004 | `Sent` | Information | a document is sent |
    [GeneratedRegex(@"^\| (?<id>\d+) \| `(?<name>\w+)` \| (?<level>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    // | `hazchem.documents` | `{document}` | outcomes | outcome, depot |
    [GeneratedRegex(@"^\| `(?<name>hazchem\.[a-z_.]+)` \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();
}
