using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hazchem.Functions.Documents;

namespace Hazchem.Functions.HazchemApi;

/// <summary>Reads an entry of the listing without guessing.</summary>
internal static class ListingEntry
{
    /// <summary>Null for an entry that cannot be read.</summary>
    public static ListedDocument? Read(JsonElement entry, out string reason)
    {
        Wire.ListedBody? body;
        try
        {
            body = entry.Deserialize(HazchemJson.Default.ListedBody);
        }
        catch (JsonException e)
        {
            reason = e.Path is ['$', '.', .. var field] ? PlainText.OneLine($"its {field} is of the wrong kind", 100) : "it is not an object";
            return null;
        }

        if (body is null)
        {
            reason = "it is empty";
            return null;
        }

        if (!IsDocumentId(body.DocumentId))
        {
            reason = $"its documentId is not 1 to {WireLimits.DocumentId} printable ASCII characters";
            return null;
        }

        if (Rfc3339.TryParse(body.AvailableAt) is not { } availableAt)
        {
            reason = "its availableAt is not a time with an offset";
            return null;
        }

        var roles = body.DepotRoles?.OfType<string>().ToList() ?? [];
        var document = new ListedDocument(
            body.DocumentId!,
            body.ConsignmentNumber ?? "",
            body.DocumentType ?? "",
            roles,
            body.ContentType ?? "",
            body.Length ?? -1,
            body.Sha256?.ToLowerInvariant() ?? "",
            availableAt);
        var tooLong =
            document.ConsignmentNumber.Length > WireLimits.ConsignmentNumber ? "consignmentNumber"
            : document.DocumentType.Length > WireLimits.DocumentType ? "documentType"
            : roles.Count > WireLimits.DepotRoles || roles.Exists(role => role.Length > WireLimits.DepotRole) ? "depotRoles"
            : document.ContentType.Length > WireLimits.ContentType ? "contentType"
            : document.Sha256.Length > WireLimits.Sha256 ? "sha256"
            : null;
        reason = $"its {tooLong} is too long";
        return tooLong is null ? document : null;
    }

    public static UnreadableEntry Unreadable(JsonElement entry, string reason) =>
        new(KeyOf(entry), PlainText.OneLine(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(entry)), WireLimits.RawEntry), reason);

    public static bool IsDocumentId(string? id) =>
        id is { Length: >= 1 and <= WireLimits.DocumentId } && id.All(c => c is >= ' ' and <= '~');

    /// <summary>From its id if it has one: the rest may differ each time, such as a link that expires.</summary>
    private static string KeyOf(JsonElement entry)
    {
        var hasId = entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty("documentId", out var id)
            && (id.ValueKind is JsonValueKind.Number || (id.ValueKind is JsonValueKind.String && !id.ValueEquals("")));
        return Sha256Hash.Of(JsonMarshal.GetRawUtf8Value(hasId ? entry.GetProperty("documentId") : entry)).Value;
    }
}
