namespace Hazchem.Functions.Inbound;

/// <summary>How a depot's last run went, for people.</summary>
/// <param name="Problem">Why it did not read the listing to its end; null if it did.</param>
/// <param name="KeyRefused">Whether that is because Hazchem does not take the depot's key.</param>
internal sealed record RunRecord(
    DateTimeOffset StartedAt, DateTimeOffset EndedAt, int Fetched, int Failed, bool Complete, string? Problem, bool KeyRefused = false);
