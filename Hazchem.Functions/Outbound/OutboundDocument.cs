using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>A document on its way to Hazchem: what its row says.</summary>
internal sealed record OutboundDocument
{
    public required DocumentKey Key { get; init; }

    /// <summary>Null, with consignment and type, where the file's name did not fit.</summary>
    public DropName? Name { get; init; }

    /// <summary>The blob that the row speaks of; the same bytes may lie in the drop box under another.</summary>
    public required Drop Drop { get; init; }

    public required Sha256Hash Original { get; init; }

    public required long OriginalBytes { get; init; }

    public string? Reference { get; init; }

    public DateTimeOffset? CapturedAt { get; init; }

    /// <summary>What could not be read of the drop's metadata; it is the reason's place when it is sent.</summary>
    public string? Note { get; init; }

    public required OutboundState State { get; init; }

    /// <summary>Part of the idempotency key, from 1. A definite refusal ends a generation.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Claims since the last outcome, this one included.</summary>
    public int Claims { get; init; }

    public DateTimeOffset? ClaimedAt { get; init; }

    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>When the first attempt of this generation began of which nobody knows whether it arrived.</summary>
    public DateTimeOffset? AmbiguousSince { get; init; }

    /// <summary>Whether this generation's key may be bound to something that arrived damaged, so that a 409 proves nothing.</summary>
    public bool KeyInDoubt { get; init; }

    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The <see cref="WaitingSince"/> of the wait that a person was shown last; null where none was.</summary>
    public DateTimeOffset? ShownWait { get; init; }

    /// <summary>When Hazchem first said that it does not know the consignment.</summary>
    public DateTimeOffset? UnknownSince { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether it waits for its depot rather than for <see cref="DueAt"/>.</summary>
    public bool WaitsForDepot { get; init; }

    /// <summary>Attempts that ended in waiting since <see cref="WaitingSince"/>.</summary>
    public int Attempts { get; init; }

    /// <summary>One sentence for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the document stands in <c>NeedsAttention</c>.</summary>
    public bool NeedsAttention { get; init; }

    /// <summary>Whether it was taken up in shadow mode: it is never sent, also when shadow mode is off by the time it is claimed.</summary>
    public bool Shadow { get; init; }

    public string? HazchemDocumentId { get; init; }

    public DateTimeOffset? HazchemReceivedAt { get; init; }

    /// <summary>What was sent, or would have been; null before the picture was made.</summary>
    public SentFile? Sent { get; init; }

    /// <summary>The limit that what is sent must meet, in bytes; null before the first claim, and where the name did not fit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Whether its original is kept nowhere: its file went out of the drop box before it was archived.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether the drop was marked as signed.</summary>
    public bool Signed { get; init; }

    /// <summary>The depot's role as the drop says it; null where it says none.</summary>
    public string? DepotRole { get; init; }

    /// <summary>
    /// When it ended; null before that, after a person asked to send it again, and in rows of earlier versions. The same bytes
    /// dropped before it are no new try.
    /// </summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How often the same bytes were dropped and absorbed.</summary>
    public int Repeats { get; init; }

    /// <summary>When Hazchem was known to have it; null until then.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>What people did with it.</summary>
    public PersonActions Actions { get; init; } = PersonActions.None;

    /// <summary>When <see cref="Drop"/> was written into the drop box; null in rows of earlier versions.</summary>
    public DateTimeOffset? DroppedAt { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public string FileName => Name?.FileName ?? Drop.Name;

    /// <summary>The same for every attempt of one generation; at most 127 characters.</summary>
    public string IdempotencyKey => Name is null
        ? throw new InvalidOperationException("A file without an address is never sent.")
        : $"{Name.Depot}-{Name.Consignment}-{Name.Type.ToSegment()}-{Original}-{Generation}";
}
