namespace Hazchem.Simulator;

/// <summary>A document that a depot sent and Hazchem holds.</summary>
/// <param name="Consignment">As announced, or as sent where it was not.</param>
/// <param name="ContentType">Of the <c>file</c> part.</param>
public sealed record ReceivedDocument(
    string DocumentId,
    string Depot,
    string Consignment,
    string DocumentType,
    string FileName,
    string ContentType,
    string Sha256,
    ReadOnlyMemory<byte> Content,
    DateTimeOffset? CapturedAt,
    string IdempotencyKey,
    DateTimeOffset ReceivedAt)
{
    public long Length => Content.Length;
}
