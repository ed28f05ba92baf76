using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Storage;

/// <summary>Where a document's row is in <c>ConsignmentDocuments</c>: this is the document's identity.</summary>
internal sealed record DocumentKey(string Partition, string Row)
{
    /// <summary>
    /// The partition of files whose name, or whose consignment number as Hazchem gave it, does not fit. No consignment
    /// number has a <c>~</c>.
    /// </summary>
    public const string Unaddressed = "~unaddressed";

    /// <summary>In <c>NeedsAttention</c> only: not a document but a depot as a whole.</summary>
    public const string Depot = "~depot";

    private const string UnhandledEnd = "_unhandled";
    private const string UndeletableEnd = "_undeletable";

    /// <summary>A document to send: depot, consignment, type and the SHA-256 of the original.</summary>
    public static DocumentKey ToSend(DropName name, Sha256Hash original) =>
        new(name.Consignment.Value, $"outbound_{name.Type.ToSegment()}_{name.Depot}_{original}");

    /// <summary>A file in the drop box whose name does not fit.</summary>
    public static DocumentKey ToSendUnaddressed(string blobName, Sha256Hash original) =>
        new(Unaddressed, $"outbound_{Sha256Hash.Of(blobName).Short}_{original}");

    /// <summary>
    /// A file in the drop box that could not be read or handled, so that its bytes are not known. It has no row, only
    /// entries in <c>OutboundWaiting</c> and <c>NeedsAttention</c>.
    /// </summary>
    public static DocumentKey Unhandled(string blobName) =>
        new(Unaddressed, $"outbound_{Sha256Hash.Of(blobName).Short}{UnhandledEnd}");

    /// <summary>A file that is handled and archived but could not be deleted from the drop box. It has no row either.</summary>
    public static DocumentKey Undeletable(string blobName) =>
        new(Unaddressed, $"outbound_{Sha256Hash.Of(blobName).Short}{UndeletableEnd}");

    /// <inheritdoc cref="Undeletable"/>
    public bool IsUndeletable => Partition == Unaddressed && Row.EndsWith(UndeletableEnd, StringComparison.Ordinal);

    /// <summary>Whether it stands for a file of the drop box rather than for a document.</summary>
    public bool IsFile => IsUndeletable || (Partition == Unaddressed && Row.EndsWith(UnhandledEnd, StringComparison.Ordinal));

    /// <param name="consignment">As the partition; null where Hazchem's number is none.</param>
    /// <param name="typeSegment">The type's word, or <c>other</c> for one that the contract does not have.</param>
    /// <param name="depot">The depot whose key was shown the document.</param>
    /// <param name="hazchemDocumentId">As Hazchem gave it.</param>
    public static DocumentKey Fetched(
        ConsignmentNumber? consignment, string typeSegment, DepotCode depot, string hazchemDocumentId) =>
        new(consignment?.Value ?? Unaddressed, $"inbound_{typeSegment}_{depot}_{NameEncoding.Encode(hazchemDocumentId)}");

    public override string ToString() => $"{Partition}/{Row}";
}
