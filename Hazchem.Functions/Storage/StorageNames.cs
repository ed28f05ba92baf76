namespace Hazchem.Functions.Storage;

/// <summary>What the documents' storage account holds. The host's own account is none of the app's business.</summary>
internal static class StorageNames
{
    /// <summary>The drop box. A blob here is pending, always.</summary>
    public const string OutboundContainer = "outbound";

    /// <summary>Originals after sending.</summary>
    public const string SentContainer = "sent";

    /// <summary>Originals that were refused or given up on.</summary>
    public const string NotSentContainer = "not-sent";

    /// <summary>Hazchem's documents, byte for byte as they came.</summary>
    public const string InboundContainer = "inbound";

    /// <summary>First pages, small, made once: <c>{consignment}/{SHA-256 of the file}.jpg</c>.</summary>
    public const string ThumbnailsContainer = "thumbnails";

    public const string ConsignmentDocumentsTable = "ConsignmentDocuments";

    public const string OutboundWaitingTable = "OutboundWaiting";

    public const string NeedsAttentionTable = "NeedsAttention";

    public const string ActivityTable = "Activity";

    public const string DepotStateTable = "DepotState";

    /// <summary>Paperwork that came and is not printed, by depot.</summary>
    public const string ToPrintTable = "ToPrint";

    public const string DocumentEventsQueue = "document-events";

    /// <summary>Where the host names the blobs that it gave up on. The host makes it.</summary>
    public const string PoisonQueue = "webjobs-blobtrigger-poison";

    public static IReadOnlyList<string> Containers { get; } =
        [OutboundContainer, SentContainer, NotSentContainer, InboundContainer, ThumbnailsContainer];

    public static IReadOnlyList<string> Tables { get; } =
        [ConsignmentDocumentsTable, OutboundWaitingTable, NeedsAttentionTable, ActivityTable, DepotStateTable, ToPrintTable];

    public static IReadOnlyList<string> Queues { get; } = [DocumentEventsQueue];
}
