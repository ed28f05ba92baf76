namespace Hazchem.Simulator;

/// <summary>How often and how many at once a key may call.</summary>
/// <param name="RequestsPerSecond">0 means no limit.</param>
/// <param name="Burst">How many calls may come at once after a pause.</param>
/// <param name="Concurrency">How many calls may be under way; 0 means no limit.</param>
public sealed record CallLimits(double RequestsPerSecond = 10, int Burst = 20, int Concurrency = 20);
