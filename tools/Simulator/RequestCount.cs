namespace Hazchem.Simulator;

/// <summary>How many calls ended the same way.</summary>
/// <param name="Depot">Null for a call without a known key.</param>
/// <param name="Status">0 where the connection was aborted without an answer.</param>
/// <param name="Fault">The fault that was made, if any.</param>
public sealed record RequestCount(string? Depot, ApiRoute Route, int Status, FaultKind? Fault, long Count);
