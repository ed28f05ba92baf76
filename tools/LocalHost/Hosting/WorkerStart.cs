namespace Hazchem.LocalHost.Hosting;

/// <summary>What a worker needs to start.</summary>
/// <param name="Host">Where the host listens for it.</param>
/// <param name="Environment">All of its environment variables.</param>
/// <param name="Output">Takes a line of its output; true when it was written to stderr.</param>
public sealed record WorkerStart(
    FunctionApp App,
    Uri Host,
    string WorkerId,
    IReadOnlyDictionary<string, string> Environment,
    Action<string, bool> Output);
