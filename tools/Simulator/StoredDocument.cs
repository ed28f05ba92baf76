using System.Text.Json;

namespace Hazchem.Simulator;

/// <summary>A document that Hazchem offers to depots.</summary>
/// <param name="Roles">The depots that see it, each with the roles that the listing gives it.</param>
internal sealed record StoredDocument(
    string Id,
    string ConsignmentNumber,
    string DocumentType,
    string ContentType,
    ReadOnlyMemory<byte> Content,
    long Length,
    string Sha256,
    DateTimeOffset AvailableAt,
    DateTimeOffset ListedFrom,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Roles,
    JsonElement? ListedAs);
