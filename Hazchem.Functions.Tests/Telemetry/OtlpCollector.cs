using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hazchem.Functions.Tests.Telemetry;

/// <summary>A collector that takes OTLP over HTTP, as the app exports it, and keeps what came.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication web;
    private readonly ConcurrentQueue<byte[]> bodies = new();

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        web = builder.Build();
        web.Run(TakeAsync);
    }

    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    /// <summary>As exported last, by name and attributes.</summary>
    public ConcurrentDictionary<string, CollectedMetric> Metrics { get; } = new();

    public ConcurrentQueue<CollectedLog> Logs { get; } = new();

    /// <summary>What each export says of itself to come from.</summary>
    public ConcurrentQueue<string> Instances { get; } = new();

    /// <summary>Everything that came, as text where it is text.</summary>
    public string All => string.Concat(bodies.Select(Encoding.UTF8.GetString));

    /// <summary>What makes the app export here, at once instead of now and then.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
    ];

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        await collector.web.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Those of one name, whatever their attributes.</summary>
    public IReadOnlyList<CollectedMetric> MetricsOf(string name) => [.. Metrics.Values.Where(metric => metric.Name == name)];

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        bodies.Enqueue(body.ToArray());
        var message = ProtobufMessage.Parse(body.ToArray());

        // Field numbers are those of opentelemetry-proto 1.x: a request has resources, a resource scopes, a scope its items.
        foreach (var resource in message.Messages(1).Select(resource => Attributes(resource.Message(1)!, 1)))
        {
            Instances.Enqueue(resource["service.instance.id"]);
        }

        var scopes = message.Messages(1).SelectMany(resource => resource.Messages(2));
        switch (context.Request.Path.Value)
        {
            case "/v1/traces":
                foreach (var (scope, item) in Items(scopes))
                {
                    Spans.Enqueue(new CollectedSpan(
                        scope, item.Hex(1), item.Hex(2), item.Hex(4), item.Text(5), Attributes(item, 9), item.Message(15)?.Integer(3) == 2));
                }

                break;
            case "/v1/metrics":
                foreach (var (_, item) in Items(scopes))
                {
                    Take(item);
                }

                break;
            case "/v1/logs":
                foreach (var (scope, item) in Items(scopes))
                {
                    Logs.Enqueue(new CollectedLog(scope, item.Hex(9), item.Text(12), item.Message(5)?.Text(1) ?? "", Attributes(item, 6)));
                }

                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static IEnumerable<(string Scope, ProtobufMessage Item)> Items(IEnumerable<ProtobufMessage> scopes) =>
        scopes.SelectMany(scope => scope.Messages(2).Select(item => (scope.Message(1)?.Text(1) ?? "", item)));

    private void Take(ProtobufMessage metric)
    {
        var (name, unit) = (metric.Text(1), metric.Text(3));
        foreach (var point in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(kind => kind.Messages(1)))
        {
            Keep(new CollectedMetric(name, unit, Attributes(point, 7), point.Has(6) ? point.Integer(6) : point.Number(4), 0));
        }

        foreach (var point in metric.Messages(9).SelectMany(kind => kind.Messages(1)))
        {
            Keep(new CollectedMetric(name, unit, Attributes(point, 9), point.Number(5), point.Integer(4)));
        }

        void Keep(CollectedMetric point) =>
            Metrics[$"{name} {string.Join(' ', point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))}"] = point;
    }

    private static Dictionary<string, string> Attributes(ProtobufMessage item, int number) => item.Messages(number)
        .GroupBy(pair => pair.Text(1), pair => pair.Message(2))
        .ToDictionary(group => group.Key, group => Value(group.Last()));

    private static string Value(ProtobufMessage? value) => value switch
    {
        null => "",
        _ when value.Has(1) => value.Text(1),
        _ when value.Has(2) => value.Integer(2) == 1 ? "true" : "false",
        _ when value.Has(3) => value.Integer(3).ToString(CultureInfo.InvariantCulture),
        _ when value.Has(4) => value.Number(4).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}

internal sealed record CollectedSpan(
    string Source, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes, bool IsError);

/// <param name="Value">Of a histogram the sum.</param>
/// <param name="Count">Of a histogram; 0 for the others.</param>
internal sealed record CollectedMetric(string Name, string Unit, IReadOnlyDictionary<string, string> Attributes, double Value, long Count);

/// <param name="Event">The name of the log message.</param>
internal sealed record CollectedLog(string Category, string TraceId, string Event, string Text, IReadOnlyDictionary<string, string> Attributes);
