using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using OpenTelemetry;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hazchem.Functions.Telemetry;

internal static class TelemetryServices
{
    private const string ServiceName = "hazchem-functions";

    /// <summary>The category under which the server begins the scope of a request, if any of its lines is wanted.</summary>
    private const string ServerLines = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Without a place to export to nothing of OpenTelemetry is loaded, and what is measured goes nowhere.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetrySettings settings)
    {
        services.AddSingleton(settings).AddMetrics().AddSingleton<Instruments>();
        if (settings.IsOn)
        {
            AddExport(services, settings);
        }

        return services;
    }

    private static void AddExport(IServiceCollection services, TelemetrySettings settings)
    {
        // The server's own scope of each request has its path, and a path from outside may have a file's name in it.
        services.AddLogging(logging => logging.AddFilter(ServerLines, LogLevel.None));
        services.AddOpenTelemetry()
            // Else the host would export the app's lines too, and alerts count lines.
            .UseFunctionsWorkerDefaults()
            .ConfigureResource(resource => resource
                // By itself each process would be an instance of its own, and one that starts again and again would be seen by nobody.
                .AddService(ServiceName, serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3), serviceInstanceId: Environment.MachineName)
                // Again, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
                .AddEnvironmentVariableDetector())
            .WithTracing(traces =>
            {
                // One span an operation. The one below it that every Azure client makes for its HTTP has the file's name in it.
                traces.AddSource(Instruments.Name, "Azure.Storage.*", "Azure.Data.Tables.*");
                traces.AddAspNetCoreInstrumentation(ForRequests);
                traces.AddHttpClientInstrumentation(ForHazchem);
                if (settings.OtlpEndpoint is not null)
                {
                    traces.AddOtlpExporter();
                }

                if (settings.AzureMonitor is { } connection)
                {
                    traces.AddAzureMonitorTraceExporter(exporter => exporter.ConnectionString = connection);
                }
            })
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Instruments.Name);
                if (settings.OtlpEndpoint is not null)
                {
                    metrics.AddOtlpExporter();
                }

                if (settings.AzureMonitor is { } connection)
                {
                    metrics.AddAzureMonitorMetricExporter(exporter => exporter.ConnectionString = connection);
                }
            })
            .WithLogging(
                logs =>
                {
                    if (settings.OtlpEndpoint is not null)
                    {
                        logs.AddOtlpExporter();
                    }

                    if (settings.AzureMonitor is { } connection)
                    {
                        // Alerts count log lines, so none is left out with a trace that is one of too many.
                        logs.AddAzureMonitorLogExporter(exporter =>
                            (exporter.ConnectionString, exporter.EnableTraceBasedLogsSampler) = (connection, false));
                    }
                },
                options => (options.IncludeScopes, options.IncludeFormattedMessage) = (true, true));
    }

    /// <summary>A path from outside may have a file's name in it, and a query a function key.</summary>
    private static void ForRequests(AspNetCoreTraceInstrumentationOptions options) =>
        options.EnrichWithHttpResponse = (span, _) => span.SetTag("url.path", null).SetTag("url.query", null);

    /// <summary>What the Azure clients do over HTTP has its spans already, and this app's other calls are all to Hazchem.</summary>
    private static void ForHazchem(HttpClientTraceInstrumentationOptions options)
    {
        options.FilterHttpRequestMessage = request => request.Options.TryGetValue(Spans.Operation, out _);
        options.EnrichWithHttpRequestMessage = (span, request) =>
        {
            if (request.Options.TryGetValue(Spans.Operation, out var operation))
            {
                span.SetTag(Attributes.Operation, operation);
            }
        };
    }
}
