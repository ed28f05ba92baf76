namespace Hazchem.Simulator;

/// <summary>A document as a depot sent it, with the form's rules met and the values not yet looked at.</summary>
/// <param name="ContentType">Of the <c>file</c> part, in lower case without parameters.</param>
/// <param name="ActualSha256">Of the bytes that arrived.</param>
internal sealed record Submission(
    string Depot,
    string ConsignmentNumber,
    string IdempotencyKey,
    string DocumentType,
    string FileName,
    string Sha256,
    string? CapturedAt,
    string ContentType,
    byte[] Content,
    string ActualSha256);
