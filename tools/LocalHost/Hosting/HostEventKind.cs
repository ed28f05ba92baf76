namespace Hazchem.LocalHost.Hosting;

public enum HostEventKind
{
    HandlerStarted,
    HandlerReady,
    HandlerOutput,
    HandlerError,
    HandlerEnded,
    HandlerKilled,
    InvocationStarted,
    InvocationSucceeded,
    InvocationFailed,
    InvocationLog,
    Redelivery,
    Poisoned,
    Forwarded,
    Trouble,
    HostStopped,
}
