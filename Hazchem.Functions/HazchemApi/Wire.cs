using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.HazchemApi;

/// <summary>The bodies of Hazchem's answers. Members that we do not know are let pass; what is missing is null.</summary>
internal static class Wire
{
    internal sealed record AcceptedBody([property: JsonConverter(typeof(DocumentIdConverter))] string? DocumentId, string? ReceivedAt);

    internal sealed record ErrorBody(string? Code, string? Message, long? MaxBytes, IReadOnlyList<FieldBody?>? Errors);

    internal sealed record FieldBody(string? Field, string? Message);

    /// <param name="Documents">An array whose entries are read one by one, so that one that cannot be read does not take the page with it.</param>
    internal sealed record ListingBody(JsonElement Documents, string? NextCursor);

    internal sealed record ListedBody(
        [property: JsonConverter(typeof(DocumentIdConverter))] string? DocumentId,
        string? ConsignmentNumber,
        string? DocumentType,
        IReadOnlyList<string?>? DepotRoles,
        string? ContentType,
        [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? Length,
        string? Sha256,
        string? AvailableAt);
}
