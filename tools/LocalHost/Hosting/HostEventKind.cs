namespace Hazchem.LocalHost.Hosting;

public enum HostEventKind
{
    WorkerStarted,
    WorkerReady,
    WorkerOutput,
    WorkerError,
    WorkerEnded,
    WorkerKilled,
    InvocationStarted,
    InvocationSucceeded,
    InvocationFailed,
    Redelivery,
    Poisoned,
    Forwarded,
    Trouble,
}
