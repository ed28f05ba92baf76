namespace Hazchem.LocalHost.Hosting;

/// <summary>What a handler needs to start.</summary>
/// <param name="Port">Where it must listen, on IPv4 loopback; the same after each restart.</param>
/// <param name="Settings">Environment variables on top of this process's own, the port's among them.</param>
/// <param name="InheritsVariable">Which of this process's own it gets.</param>
/// <param name="Output">Takes a line of its output; true when it was written to stderr.</param>
public sealed record HandlerStart(
    FunctionApp App,
    int Port,
    IReadOnlyDictionary<string, string> Settings,
    Func<string, bool> InheritsVariable,
    Action<string, bool> Output);
