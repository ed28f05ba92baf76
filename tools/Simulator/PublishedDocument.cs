using System.Text.Json;

namespace Hazchem.Simulator;

/// <summary>A document that Hazchem makes available to depots.</summary>
public sealed record PublishedDocument
{
    public required string ConsignmentNumber { get; init; }

    /// <summary>The type as it is listed, such as <c>DELIVERY_IMAGE</c>; one that the contract does not have is published too.</summary>
    public required string DocumentType { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>As listed and as served. Default: JPEG or TIFF as the bytes are, otherwise <c>application/octet-stream</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>1 to 128 printable ASCII characters. Default: the next number.</summary>
    public string? DocumentId { get; init; }

    /// <summary>The stamp, kept to the millisecond. Default: now.</summary>
    public DateTimeOffset? AvailableAt { get; init; }

    /// <summary>How long after it was published the document appears in listings.</summary>
    public TimeSpan ListedAfter { get; init; }

    /// <summary>The hash that the listing announces, where it should not be the content's.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The length that the listing announces, where it should not be the content's.</summary>
    public long? Length { get; init; }

    /// <summary>The roles that the listing gives, where they should not be those of the depot in the consignment.</summary>
    public IReadOnlyList<string>? DepotRoles { get; init; }

    /// <summary>The entry in listings, where it should not be one of the contract's.</summary>
    public JsonElement? ListedAs { get; init; }

    /// <summary>
    /// The depots that see it. Default: those whose role the type concerns; all of the consignment's for a type
    /// that the contract does not list. Needed where the consignment was not announced.
    /// </summary>
    public IReadOnlyList<string>? VisibleTo { get; init; }

    /// <summary>The depot that sent it, which never gets it back.</summary>
    public string? SentBy { get; init; }
}
