namespace Hazchem.Functions.Telemetry;

/// <summary>
/// What spans, measurements and log scopes say of a document. Depots, types and words of ours only; a consignment's number is
/// on spans and logs, and never on a measurement, where each number would be a series of its own. No file's name anywhere.
/// </summary>
internal static class Attributes
{
    public const string Depot = "hazchem.depot";
    public const string Consignment = "hazchem.consignment";
    public const string Direction = "hazchem.direction";
    public const string DocumentType = "hazchem.document.type";

    /// <summary>The row's state, such as <c>Sent</c>.</summary>
    public const string State = "hazchem.document.state";

    /// <summary>What became of it, such as <c>NotSent</c>.</summary>
    public const string Outcome = "hazchem.document.outcome";

    /// <summary>What is asked of Hazchem: <c>Sending</c>, <c>Listing</c> or <c>Fetching</c>.</summary>
    public const string Operation = "hazchem.operation";

    /// <summary>In bytes: what was dropped or fetched.</summary>
    public const string OriginalBytes = "hazchem.document.original_bytes";

    /// <summary>In bytes: what it was made into.</summary>
    public const string ConvertedBytes = "hazchem.document.converted_bytes";

    public const string Pages = "hazchem.document.pages";

    /// <summary>OpenTelemetry's: <c>receive</c> or <c>transmit</c>.</summary>
    public const string IoDirection = "network.io.direction";

    /// <summary>OpenTelemetry's.</summary>
    public const string StatusCode = "http.response.status_code";

    /// <summary>OpenTelemetry's: a word for what went wrong.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Stands where a name did not fit, so that nobody knows.</summary>
    public const string Unknown = "none";
}
