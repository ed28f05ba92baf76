namespace Hazchem.Functions.Storage;

/// <summary>The columns of <c>ConsignmentDocuments</c>. Times are UTC, sizes are bytes.</summary>
internal static class DocumentColumns
{
    /// <summary>Version of the row's layout: 1.</summary>
    public const string Version = nameof(Version);
    public const string State = nameof(State);
    public const string Direction = nameof(Direction);
    public const string Depot = nameof(Depot);
    public const string DocumentType = nameof(DocumentType);
    public const string FileName = nameof(FileName);

    /// <summary>The consignment number as it was written, for people.</summary>
    public const string Consignment = nameof(Consignment);

    /// <summary>Where the file is, <c>{container}/{name}</c>; empty where the original of what was to be sent is kept nowhere.</summary>
    public const string Blob = nameof(Blob);

    /// <summary>One sentence for a person: why it was refused, waits, failed or was flagged.</summary>
    public const string Reason = nameof(Reason);
    public const string OriginalBytes = nameof(OriginalBytes);
    public const string OriginalSha256 = nameof(OriginalSha256);
    public const string SentBytes = nameof(SentBytes);
    public const string SentSha256 = nameof(SentSha256);
    public const string ContentType = nameof(ContentType);
    public const string Pages = nameof(Pages);
    public const string HazchemDocumentId = nameof(HazchemDocumentId);
    public const string Reference = nameof(Reference);
    public const string CapturedAt = nameof(CapturedAt);

    /// <summary>Outbound: what could not be read of the drop's metadata.</summary>
    public const string Note = nameof(Note);

    /// <summary>Outbound: whether the drop was marked as signed, and the depot's role as the drop says it.</summary>
    public const string Signed = nameof(Signed);
    public const string DepotRole = nameof(DepotRole);

    /// <summary>When the app first saw the document.</summary>
    public const string FirstSeenAt = nameof(FirstSeenAt);

    /// <summary>Outbound: when the file was written into the drop box, by the storage account's clock.</summary>
    public const string DroppedAt = nameof(DroppedAt);

    /// <summary>Outbound: when Hazchem was known to have it.</summary>
    public const string SentAt = nameof(SentAt);

    /// <summary>Outbound: when it ended, in whatever state; empty again when a person asks to send it again.</summary>
    public const string EndedAt = nameof(EndedAt);

    /// <summary>When Hazchem received it, by Hazchem's clock.</summary>
    public const string HazchemReceivedAt = nameof(HazchemReceivedAt);

    /// <summary>When Hazchem made it available, by Hazchem's clock.</summary>
    public const string AvailableAt = nameof(AvailableAt);

    /// <summary>When the state was last written.</summary>
    public const string UpdatedAt = nameof(UpdatedAt);

    /// <summary>Outbound: which attempt's idempotency key is in use, from 1.</summary>
    public const string Generation = nameof(Generation);

    /// <summary>Outbound: claims since the last outcome.</summary>
    public const string Claims = nameof(Claims);
    public const string ClaimedAt = nameof(ClaimedAt);
    public const string ClaimedUntil = nameof(ClaimedUntil);

    /// <summary>Outbound: the first attempt of this generation of which nobody knows whether it arrived.</summary>
    public const string AmbiguousSince = nameof(AmbiguousSince);

    /// <summary>Outbound: whether a 409 to this generation's key proves nothing.</summary>
    public const string KeyInDoubt = nameof(KeyInDoubt);

    /// <summary>Outbound: since when it waits.</summary>
    public const string WaitingSince = nameof(WaitingSince);

    /// <summary>Outbound: since when it had waited when a person was shown so last.</summary>
    public const string ShownWait = nameof(ShownWait);

    /// <summary>Outbound: since when Hazchem says that it does not know the consignment.</summary>
    public const string UnknownSince = nameof(UnknownSince);

    /// <summary>Outbound: when it is due again.</summary>
    public const string DueAt = nameof(DueAt);

    /// <summary>Outbound: whether it waits for its depot to be open.</summary>
    public const string WaitsForDepot = nameof(WaitsForDepot);

    /// <summary>Outbound: attempts that ended in waiting since it began to wait.</summary>
    public const string Attempts = nameof(Attempts);

    /// <summary>Outbound: the blob in the drop box that the row speaks of.</summary>
    public const string DropName = nameof(DropName);
    public const string DropETag = nameof(DropETag);

    /// <summary>Outbound: the limit that what is sent must meet.</summary>
    public const string MaxBytes = nameof(MaxBytes);

    /// <summary>Outbound: how often the same bytes were dropped again.</summary>
    public const string Repeats = nameof(Repeats);

    /// <summary>Outbound: whether it was taken up in shadow mode, and so is not sent.</summary>
    public const string Shadow = nameof(Shadow);

    /// <summary>Whether it stands in the table <c>NeedsAttention</c>.</summary>
    public const string NeedsAttention = nameof(NeedsAttention);

    /// <summary>Inbound: the roles of the depot in the consignment, comma-separated, as Hazchem gave them.</summary>
    public const string DepotRoles = nameof(DepotRoles);

    /// <summary>What people did with it, as JSON.</summary>
    public const string Actions = nameof(Actions);

    /// <summary>Inbound: who printed it first, and when.</summary>
    public const string PrintedBy = nameof(PrintedBy);
    public const string PrintedAt = nameof(PrintedAt);
}
