using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>A document as the API shows it. What came from outside is text, whatever is in it.</summary>
internal sealed record DocumentBody
{
    public required string Id { get; init; }

    public required string Consignment { get; init; }

    public required string Direction { get; init; }

    public required string DocumentType { get; init; }

    public string? Depot { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public string? Note { get; init; }

    public string? Advice { get; init; }

    public string? FileName { get; init; }

    public string? Reference { get; init; }

    public DateTimeOffset? CapturedAt { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? AvailableAt { get; init; }

    public DateTimeOffset? HazchemReceivedAt { get; init; }

    public DateTimeOffset? WaitingSince { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public long? OriginalBytes { get; init; }

    public string? OriginalSha256 { get; init; }

    public long? SentBytes { get; init; }

    public string? SentSha256 { get; init; }

    public string? ContentType { get; init; }

    public int? Pages { get; init; }

    public string? HazchemDocumentId { get; init; }

    public IReadOnlyList<string>? DepotRoles { get; init; }

    public int? Repeats { get; init; }

    public required bool NeedsAttention { get; init; }

    public required bool CanSendAgain { get; init; }

    public required bool MayHaveArrived { get; init; }

    public DateTimeOffset? PrintedAt { get; init; }

    public string? PrintedBy { get; init; }

    public required IReadOnlyList<PersonAction> Actions { get; init; }

    public required DocumentLinks Links { get; init; }
}

/// <param name="Content">Null, with the next two, where no file is kept.</param>
internal sealed record DocumentLinks(string Self, string? Content, string? Pages, string? Thumbnail);
