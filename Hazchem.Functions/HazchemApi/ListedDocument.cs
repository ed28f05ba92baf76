namespace Hazchem.Functions.HazchemApi;

/// <summary>One entry of Hazchem's listing, as it came: consignment number and type are not yet checked.</summary>
internal sealed record ListedDocument(
    string DocumentId,
    string ConsignmentNumber,
    string DocumentType,
    IReadOnlyList<string> DepotRoles,
    string ContentType,
    long Length,
    string Sha256,
    DateTimeOffset AvailableAt);
