namespace Hazchem.Simulator;

/// <summary>One page of a listing.</summary>
internal sealed record WirePage(IReadOnlyList<WireDocument> Documents, string? NextCursor);

internal sealed record WireDocument(
    string DocumentId,
    string ConsignmentNumber,
    string DocumentType,
    IReadOnlyList<string> DepotRoles,
    string ContentType,
    long Length,
    string Sha256,
    string AvailableAt);
