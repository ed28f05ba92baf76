using System.Diagnostics;
using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Telemetry;

/// <summary>The span of one document's handling, and the log scope that says which document each line is about.</summary>
internal sealed class DocumentScope : IDisposable
{
    private readonly Activity? span;
    private readonly IDisposable? scope;

    private DocumentScope(Activity? span, IDisposable? scope) => (this.span, this.scope) = (span, scope);

    /// <param name="logger">The one whose lines are about the document, or any other: a scope is for all of them.</param>
    /// <param name="name">The span's, such as <c>send document</c>.</param>
    /// <param name="direction">Whose document it is.</param>
    /// <param name="depot">The depot's code; null where it is not known, as the next two.</param>
    /// <param name="consignment">Its number.</param>
    /// <param name="type">The type's word.</param>
    public static DocumentScope Begin(ILogger logger, string name, Direction direction, string? depot, string? consignment, string? type)
    {
        KeyValuePair<string, object?>[] about =
        [
            new(Attributes.Direction, direction.ToString()),
            new(Attributes.Depot, depot ?? Attributes.Unknown),
            new(Attributes.Consignment, consignment ?? Attributes.Unknown),
            new(Attributes.DocumentType, type ?? Attributes.Unknown),
        ];
        var span = Spans.Start(name);
        foreach (var (key, value) in about)
        {
            span?.SetTag(key, value);
        }

        return new DocumentScope(span, logger.BeginScope(about));
    }

    public void Became(string state) => span?.SetTag(Attributes.State, state);

    public void Dispose()
    {
        scope?.Dispose();
        span?.Dispose();
    }
}
