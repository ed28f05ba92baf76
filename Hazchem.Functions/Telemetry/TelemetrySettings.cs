using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Telemetry;

/// <summary>Where traces, metrics and logs go; nowhere where neither is set. The names are OpenTelemetry's and Azure's own.</summary>
internal sealed record TelemetrySettings
{
    public const string OtlpEndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public const string AzureMonitorName = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>A collector that speaks OTLP. OpenTelemetry's other variables are read by its exporter itself.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>The connection string of an Application Insights resource.</summary>
    public string? AzureMonitor { get; init; }

    public bool IsOn => OtlpEndpoint is not null || AzureMonitor is not null;

    /// <exception cref="SettingsException">One of them is set and is none.</exception>
    public static TelemetrySettings From(IConfiguration configuration) => new()
    {
        OtlpEndpoint = ReadEndpoint(configuration[OtlpEndpointName]),
        AzureMonitor = ReadAzureMonitor(configuration[AzureMonitorName]),
    };

    private static Uri? ReadEndpoint(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : Uri.TryCreate(text.Trim(), UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp) ? endpoint
        : throw new SettingsException(OtlpEndpointName, "must be the address of a collector, such as http://localhost:4317, or absent.");

    private static string? ReadAzureMonitor(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Split(';').Any(part => part.Trim() is var pair
            && pair.StartsWith("InstrumentationKey=", StringComparison.OrdinalIgnoreCase)
            && Guid.TryParse(pair.AsSpan(pair.IndexOf('=', StringComparison.Ordinal) + 1), out _)) ? text.Trim()
        : throw new SettingsException(
            AzureMonitorName, "must be the connection string of an Application Insights resource, with its InstrumentationKey, or absent.");
}
