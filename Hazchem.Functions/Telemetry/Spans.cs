using System.Diagnostics;

namespace Hazchem.Functions.Telemetry;

/// <summary>The app's own part of a trace: between the trigger's span and those of the calls to storage and to Hazchem.</summary>
internal static class Spans
{
    /// <summary>On each request to Hazchem; the span of a request has it as an attribute, and no other client's request has a span.</summary>
    public static readonly HttpRequestOptionsKey<string> Operation = new(Attributes.Operation);

    private static readonly ActivitySource Source = new(Instruments.Name);

    /// <returns>Null where nobody listens.</returns>
    public static Activity? Start(string name) => Source.StartActivity(name);
}
