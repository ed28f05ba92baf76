using System.Text.Json;

namespace Hazchem.Functions.HazchemApi;

/// <summary>The bodies of Hazchem's answers. Members that we do not know are let pass; what is missing is null.</summary>
internal static class Wire
{
    internal sealed record AcceptedBody(string? DocumentId, string? ReceivedAt);

    internal sealed record ErrorBody(string? Code, string? Message, long? MaxBytes, IReadOnlyList<FieldBody?>? Errors);

    internal sealed record FieldBody(string? Field, string? Message);

    /// <param name="Documents">Read one by one, so that an entry that cannot be read does not take the page with it.</param>
    internal sealed record ListingBody(IReadOnlyList<JsonElement>? Documents, string? NextCursor);

    internal sealed record ListedBody(
        string? DocumentId,
        string? ConsignmentNumber,
        string? DocumentType,
        IReadOnlyList<string?>? DepotRoles,
        string? ContentType,
        long? Length,
        string? Sha256,
        string? AvailableAt);
}
