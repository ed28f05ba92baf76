using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Storage;

/// <summary>What became of a document, for the TMS and for the record.</summary>
internal sealed record Outcome
{
    public required OutcomeKind Kind { get; init; }

    public required DocumentKey Document { get; init; }

    /// <summary>
    /// Tells this outcome from another of the same document: a generation, or the version of a repeated drop. The same
    /// outcome told again has the same <see cref="Id"/>.
    /// </summary>
    public required string Occasion { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Direction Direction { get; init; }

    /// <summary>Null where a name did not fit.</summary>
    public DepotCode? Depot { get; init; }

    /// <summary>Null where a name did not fit.</summary>
    public ConsignmentNumber? Consignment { get; init; }

    /// <summary>The type's word; null where a name did not fit.</summary>
    public string? DocumentType { get; init; }

    /// <summary>The row's state, such as <c>Rejected</c>.</summary>
    public required string State { get; init; }

    public string? FileName { get; init; }

    /// <summary>Where the file is, <c>{container}/{name}</c>.</summary>
    public required string Blob { get; init; }

    public long? OriginalBytes { get; init; }

    public long? SentBytes { get; init; }

    public Sha256Hash? Sha256 { get; init; }

    public string? HazchemDocumentId { get; init; }

    /// <summary>The TMS's own reference, as it came with the drop.</summary>
    public string? Reference { get; init; }

    public string? Reason { get; init; }

    /// <summary>Who did it, where somebody did.</summary>
    public string? By { get; init; }

    /// <summary>What they wrote to it.</summary>
    public string? Note { get; init; }

    /// <summary>When the app first saw the document.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    /// <summary>When its file was written into the drop box; null for what came in.</summary>
    public DateTimeOffset? DroppedAt { get; init; }

    /// <summary>The same for every repeat of this outcome: 32 hex digits.</summary>
    public string Id => Sha256Hash.Of($"{Document}\n{Kind}\n{Occasion}").Value[..32];
}
