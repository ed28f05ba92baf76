using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.Storage;

/// <summary>
/// A message of the queue <c>document-events</c>: the address of a document and what became of it, never its content.
/// Delivered at least once; a repeat has the same <see cref="Id"/>.
/// </summary>
internal sealed record DocumentEvent
{
    public const int CurrentVersion = 1;

    public required string Id { get; init; }

    public int Version { get; init; } = CurrentVersion;

    /// <summary><c>Sent</c>, <c>NotSent</c>, <c>Received</c>, or <c>Shadowed</c> in shadow mode.</summary>
    public required string Outcome { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public string? Depot { get; init; }

    public string? Consignment { get; init; }

    public string? DocumentType { get; init; }

    public required string State { get; init; }

    public string? FileName { get; init; }

    /// <summary>The file, <c>{container}/{name}</c> in the documents' account.</summary>
    public required string Blob { get; init; }

    /// <summary>The row in <c>ConsignmentDocuments</c>.</summary>
    public required string PartitionKey { get; init; }

    public required string RowKey { get; init; }

    public string? Sha256 { get; init; }

    public string? HazchemDocumentId { get; init; }

    public string? Reference { get; init; }

    public string? Reason { get; init; }

    public required EventLinks Links { get; init; }

    public static DocumentEvent Of(Outcome outcome, LinkSettings links) => new()
    {
        Id = outcome.Id,
        Outcome = outcome.Kind.ToString(),
        OccurredAt = outcome.At,
        Depot = outcome.Depot?.Value,
        Consignment = outcome.Consignment?.Value,
        DocumentType = outcome.DocumentType,
        State = outcome.State,
        FileName = outcome.FileName,
        Blob = outcome.Blob,
        PartitionKey = outcome.Document.Partition,
        RowKey = outcome.Document.Row,
        Sha256 = outcome.Sha256?.Value,
        HazchemDocumentId = outcome.HazchemDocumentId,
        Reference = outcome.Reference,
        Reason = outcome.Reason,
        Links = EventLinks.Of(outcome, links),
    };

    public string ToJson() => JsonSerializer.Serialize(this, DocumentEventJson.Default.DocumentEvent);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DocumentEvent))]
internal sealed partial class DocumentEventJson : JsonSerializerContext;
