using Hazchem.Functions.Documents;

namespace Hazchem.Functions.HazchemApi;

/// <summary>One document as it goes to Hazchem.</summary>
/// <param name="IdempotencyKey">1 to 255 characters; the same for every attempt of one generation.</param>
/// <param name="FileName">1 to 255 characters, with the extension of <paramref name="Content"/>.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/tiff</c>.</param>
internal sealed record OutgoingDocument(
    DepotCode Depot,
    ConsignmentNumber Consignment,
    DocumentType Type,
    string IdempotencyKey,
    string FileName,
    string ContentType,
    ReadOnlyMemory<byte> Content,
    DateTimeOffset? CapturedAt);
