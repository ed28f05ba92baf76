using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>A row of <c>ConsignmentDocuments</c>, of either direction, as people see it.</summary>
internal sealed class DocumentRow(TableEntity row)
{
    private const string OtherType = "other";

    public DocumentKey Key { get; } = new(row.PartitionKey, row.RowKey);

    /// <summary>Changes with the row.</summary>
    public string ETag => row.ETag.ToString();

    public TableEntity Entity => row;

    public bool IsOutbound => row.GetString(DocumentColumns.Direction) == nameof(Direction.Outbound);

    public string State => row.GetString(DocumentColumns.State) ?? "";

    public string? Depot => row.GetString(DocumentColumns.Depot);

    public string? DocumentType => row.GetString(DocumentColumns.DocumentType);

    public string? FileName => row.GetString(DocumentColumns.FileName);

    public string? Reason => row.GetString(DocumentColumns.Reason);

    public DateTimeOffset? PrintedAt => row.GetDateTimeOffset(DocumentColumns.PrintedAt);

    public DateTimeOffset FirstSeenAt => row.GetDateTimeOffset(DocumentColumns.FirstSeenAt) ?? row.Timestamp!.Value;

    public PersonActions Actions => new(row.GetString(DocumentColumns.Actions));

    public Sha256Hash? Sha256 => Sha256Hash.TryParse(row.GetString(DocumentColumns.OriginalSha256), out var hash) ? hash : null;

    /// <summary>Where its file is, <c>{container}/{name}</c>; null where none is kept.</summary>
    public string? Blob => State == nameof(OutboundState.Superseded) || row.GetString(DocumentColumns.Blob) is not { Length: > 0 } blob ? null : blob;

    /// <summary>The version of the file in the drop box that the row speaks of. Another one is another document's.</summary>
    public string? DropETag => row.GetString(DocumentColumns.DropETag);

    /// <summary>
    /// Whether a person must look at it now. Entries of <c>NeedsAttention</c> come before the state they announce and go
    /// after it, so an entry alone proves nothing.
    /// </summary>
    public bool NeedsAttention => IsOutbound
        ? row.GetBoolean(DocumentColumns.NeedsAttention) is true
            && State is nameof(OutboundState.Rejected) or nameof(OutboundState.Failed) or nameof(OutboundState.Waiting)
        : row.GetBoolean(DocumentColumns.NeedsAttention) is not false
            && State is nameof(InboundState.Flagged) or nameof(InboundState.Skipped) or nameof(InboundState.Failed) or nameof(InboundState.Waiting);

    /// <summary>Whether it has no end yet, so that an entry of <c>NeedsAttention</c> may speak of what its state is about to be.</summary>
    public bool IsOnItsWay => IsOutbound && State is nameof(OutboundState.Sending) or nameof(OutboundState.Waiting);

    /// <summary>Whether its name says where it belongs; always so for what came in.</summary>
    private bool HasAddress => Depot is not null;

    private bool CanSendAgain => IsOutbound && HasAddress && Blob is not null && State is nameof(OutboundState.Rejected) or nameof(OutboundState.Failed);

    private bool MayHaveArrived => IsOutbound && State == nameof(OutboundState.Failed)
        && (row.GetDateTimeOffset(DocumentColumns.AmbiguousSince) is not null || row.GetBoolean(DocumentColumns.KeyInDoubt) is true);

    public DocumentBody ToBody(Links links)
    {
        var self = links.Document(Key);
        return new DocumentBody
        {
            Id = Key.ToString(),
            Consignment = Key.Partition,
            Direction = row.GetString(DocumentColumns.Direction) ?? "",
            DocumentType = DocumentType ?? OtherType,
            Depot = Depot,
            State = State,
            Reason = Reason,
            Note = row.GetString(DocumentColumns.Note),
            Advice = NeedsAttention ? Advice.For(State, HasAddress, MayHaveArrived, isKept: Blob is not null) : null,
            FileName = FileName,
            Reference = row.GetString(DocumentColumns.Reference),
            CapturedAt = row.GetDateTimeOffset(DocumentColumns.CapturedAt),
            FirstSeenAt = FirstSeenAt,
            UpdatedAt = row.GetDateTimeOffset(DocumentColumns.UpdatedAt) ?? FirstSeenAt,
            SentAt = row.GetDateTimeOffset(DocumentColumns.SentAt),
            AvailableAt = row.GetDateTimeOffset(DocumentColumns.AvailableAt),
            HazchemReceivedAt = row.GetDateTimeOffset(DocumentColumns.HazchemReceivedAt),
            WaitingSince = row.GetDateTimeOffset(DocumentColumns.WaitingSince),
            DueAt = row.GetDateTimeOffset(DocumentColumns.DueAt),
            OriginalBytes = row.GetInt64(DocumentColumns.OriginalBytes),
            OriginalSha256 = Sha256?.Value,
            SentBytes = row.GetInt64(DocumentColumns.SentBytes),
            SentSha256 = row.GetString(DocumentColumns.SentSha256),
            ContentType = row.GetString(DocumentColumns.ContentType),
            Pages = row.GetInt32(DocumentColumns.Pages),
            HazchemDocumentId = row.GetString(DocumentColumns.HazchemDocumentId),
            DepotRoles = row.GetString(DocumentColumns.DepotRoles)?.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Repeats = row.GetInt32(DocumentColumns.Repeats),
            NeedsAttention = NeedsAttention,
            CanSendAgain = CanSendAgain,
            MayHaveArrived = MayHaveArrived,
            PrintedAt = PrintedAt,
            PrintedBy = row.GetString(DocumentColumns.PrintedBy),
            Actions = Actions.ToList(),
            Links = Blob is null
                ? new DocumentLinks(self, null, null, null)
                : new DocumentLinks(self, $"{self}/content", $"{self}/pages", $"{self}/thumbnail"),
        };
    }
}
