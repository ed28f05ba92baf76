using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hazchem.Functions.Telemetry;
using Hazchem.LocalHost;
using Microsoft.Extensions.Logging;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>Holds the alerts and the workbook to what the app emits and to docs/operations.md.</summary>
public sealed partial class AlertTests
{
    private static readonly string Operations = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "operations.md"));

    /// <summary>By event id: the names of what is in the message.</summary>
    private static readonly Dictionary<int, string[]> Events = typeof(Instruments).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
        .OfType<LoggerMessageAttribute>()
        .ToDictionary(message => message.EventId, message => Field().Matches(message.Message).Select(field => field.Groups["name"].Value).ToArray());

    [Fact]
    public async Task Alerts_are_compared_with_the_document_have_each_a_section_there_and_the_other_way_round()
    {
        var alerts = Operations[Operations.IndexOf("\n## Alerts", StringComparison.Ordinal)..];
        alerts = alerts[..alerts.IndexOf("\n## ", 4, StringComparison.Ordinal)];
        var titles = (await RulesAsync()).Select(rule => (string)rule["title"]!)
            .Append(((string)(await OfTypeAsync("Microsoft.Insights/metricAlerts")).Single().Properties!["description"]!).Split(':')[0]);

        Heading().Matches(alerts).Select(heading => heading.Groups["title"].Value).Should().BeEquivalentTo(titles);
        alerts.Split("\n### ").Skip(1).Should().OnlyContain(section => section.Contains("**Do**", StringComparison.Ordinal), "an alert is for somebody to do something");
    }

    [Fact]
    public async Task Queries_name_metrics_events_and_fields_that_the_app_emits()
    {
        var metrics = Metric().Matches(Operations).Select(metric => metric.Groups["name"].Value).ToHashSet();
        var attributes = typeof(Attributes).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToHashSet();
        var queries = await QueriesAsync();
        queries.Should().HaveCountGreaterThan(15);

        foreach (var query in queries)
        {
            MetricName().Matches(query).Select(metric => metric.Groups["name"].Value)
                .Should().BeSubsetOf(metrics.Concat(attributes), "nothing else is measured: {0}", query);
            EventNumber().Matches(query).Select(number => int.Parse(number.Value, CultureInfo.InvariantCulture))
                .Should().BeSubsetOf(Events.Keys, "nothing else is logged: {0}", query);
            FieldOf().Matches(query).Select(field => field.Groups["name"].Value).Where(name => name is not ("EventId" or "CategoryName"))
                .Should().BeSubsetOf(Events.Values.SelectMany(fields => fields), "no message has another: {0}", query);
            Attribute().Matches(query).Select(attribute => attribute.Groups["name"].Value)
                .Should().BeSubsetOf(attributes, "no measurement has another: {0}", query);
        }
    }

    [Fact]
    public void Sent_document_is_logged_with_its_seconds_since_the_drop()
    {
        Events[1004].Should().Contain("Seconds", "metrics keep no percentiles in Application Insights, so the alert reads them from the log");
    }

    [Fact]
    public async Task Alerts_reach_somebody_and_are_switched_on()
    {
        foreach (var alert in (await OfTypeAsync("Microsoft.Insights/scheduledQueryRules")).Concat(await OfTypeAsync("Microsoft.Insights/metricAlerts")))
        {
            ((bool?)alert.Properties!["enabled"]).Should().BeTrue();
            alert.Properties["actions"]!.ToJsonString().Should().Contain("actionGroupId");
        }
    }

    [Fact]
    public async Task Windows_of_alerts_are_such_as_azure_takes()
    {
        int[] frequencies = [1, 5, 10, 15, 30, 45, 60];
        foreach (var rule in await RulesAsync())
        {
            var every = (int)rule["every"]!;
            frequencies.Should().Contain(every);
            ((int)rule["over"]!).Should().BeGreaterThanOrEqualTo(every, "between two runs nothing would be seen").And.BeOneOf([5, 10, 15, 30, 45, 60], "Azure refuses any other window up to an hour, 20 minutes too");
        }
    }

    private static async Task<IReadOnlyList<string>> QueriesAsync()
    {
        var queries = Directory.GetFiles(Path.Combine(Bicep.Folder, "alerts"), "*.kql").Select(File.ReadAllText).ToList();
        queries.Should().HaveCount((await RulesAsync()).Count, "each alert has its query, and no query is left over");
        var workbook = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "workbook.json"), TestContext.Current.CancellationToken))!;
        queries.AddRange(workbook["items"]!.AsArray().Where(item => (int)item!["type"]! == 3).Select(item => (string)item!["content"]!["query"]!));
        return queries;
    }

    private static async Task<IReadOnlyList<JsonNode>> RulesAsync() =>
        [.. (await OfTypeAsync("Microsoft.Insights/scheduledQueryRules")).Single().Template["variables"]!["rules"]!.AsArray().Select(rule => rule!)];

    private static async Task<IReadOnlyList<DeployedResource>> OfTypeAsync(string type)
    {
        var found = DeployedResource.AllOf(await Bicep.MainAsync()).Where(resource => resource.Type == type).ToList();
        found.Should().NotBeEmpty();
        return found;
    }

    [GeneratedRegex(@"^### (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    // | `hazchem.documents` | `{document}` |, as OperationsDocumentationTests holds it to the code
    [GeneratedRegex(@"^\| `(?<name>hazchem\.[a-z_.]+)` \| `[^`]+` \|", RegexOptions.Multiline)]
    private static partial Regex Metric();

    [GeneratedRegex("\"(?<name>hazchem\\.[a-z_.]+)\"")]
    private static partial Regex MetricName();

    // Three or four figures standing alone; what comes after < or > is a limit.
    [GeneratedRegex(@"(?<![<>] |[.\d])\b\d{3,4}\b(?![.\w])")]
    private static partial Regex EventNumber();

    [GeneratedRegex(@"Properties\.(?<name>\w+)")]
    private static partial Regex FieldOf();

    [GeneratedRegex("Properties\\[\"(?<name>[^\"]+)\"\\]")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\{(?<name>\w+)(?::[^}]*)?\}")]
    private static partial Regex Field();
}
