namespace Hazchem.LocalHost.Hosting;

/// <summary>A running custom handler: a process, or something in this one that listens as a handler does.</summary>
public interface IHandler
{
    /// <summary>Null when it is no process of its own.</summary>
    int? ProcessId { get; }

    /// <summary>Its exit code, when it has ended and its output is read.</summary>
    Task<int> Ended { get; }

    /// <summary>Asks it to finish its work and end.</summary>
    void RequestStop();

    /// <summary>Ends it at once, with everything in flight.</summary>
    void Kill();
}
