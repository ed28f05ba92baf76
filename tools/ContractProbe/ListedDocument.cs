using System.Globalization;
using System.Text.Json;

namespace Hazchem.ContractProbe;

/// <summary>An entry of the listing, as far as it is as assumed: what is missing is null.</summary>
internal sealed record ListedDocument(
    string? Id, string? Consignment, string? Type, IReadOnlyList<string>? Roles, string? ContentType, long? Length, string? Sha256, DateTimeOffset? AvailableAt)
{
    public bool IsWhole => Id is { Length: >= 1 and <= 128 } && Consignment is not null && Type is not null && Roles is not null
        && ContentType is not null && Length is not null && Sha256 is not null && AvailableAt is not null;

    public static ListedDocument Of(JsonElement entry) => new(
        Text(entry, "documentId"),
        Text(entry, "consignmentNumber"),
        Text(entry, "documentType"),
        Member(entry, "depotRoles") is { ValueKind: JsonValueKind.Array } roles ? [.. roles.EnumerateArray().Select(role => role.ToString())] : null,
        Text(entry, "contentType"),
        Member(entry, "length") is { ValueKind: JsonValueKind.Number } length && length.TryGetInt64(out var bytes) ? bytes : null,
        Text(entry, "sha256"),
        DateTimeOffset.TryParse(Text(entry, "availableAt"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null);

    private static JsonElement? Member(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement entry, string name) =>
        Member(entry, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
