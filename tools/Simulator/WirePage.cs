namespace Hazchem.Simulator;

/// <summary>One page of a listing.</summary>
/// <param name="Documents">Each a <see cref="WireDocument"/>, or whatever it is listed as instead.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record WirePage(IReadOnlyList<object> Documents, string? NextCursor);

internal sealed record WireDocument(
    string DocumentId,
    string ConsignmentNumber,
    string DocumentType,
    IReadOnlyList<string> DepotRoles,
    string ContentType,
    long Length,
    string Sha256,
    string AvailableAt);
