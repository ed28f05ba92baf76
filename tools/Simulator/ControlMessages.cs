namespace Hazchem.Simulator;

internal sealed record ControlDepot(string ApiKey);

internal sealed record ControlConsignment(string? Requesting = null, string? Collection = null, string? Delivery = null);

internal sealed record ControlDocumentId(string DocumentId);

internal sealed record ControlWithdrawal(string DocumentId, bool StillListed = true);

internal sealed record ControlProblem(string Error);

internal sealed record ControlRequests(long Total, IReadOnlyList<RequestCount> Counts);

/// <summary>A received document without its content, which has an address of its own.</summary>
internal sealed record ControlReceived(
    string DocumentId,
    string Depot,
    string ConsignmentNumber,
    string DocumentType,
    string FileName,
    string ContentType,
    long Length,
    string Sha256,
    string? CapturedAt,
    string IdempotencyKey,
    string ReceivedAt);
