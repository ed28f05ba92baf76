namespace Hazchem.LocalHost.Hosting;

/// <summary>A running worker: a process, or something in this one that speaks as a worker does.</summary>
public interface IWorkerProcess
{
    /// <summary>Null when it is no process of its own.</summary>
    int? ProcessId { get; }

    /// <summary>Its exit code, when it has ended and its output is read.</summary>
    Task<int> Ended { get; }

    /// <summary>Ends it at once, with everything in flight.</summary>
    void Kill();
}
