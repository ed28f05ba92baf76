using Hazchem.Functions.Tests.Support;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// Ends the app at one of its calls to storage or to Hazchem, from outside its logic: that call throws, and so does each
/// one after it, since a process that is gone makes no more calls.
/// </summary>
internal sealed class CrashPoint
{
    private readonly Lock gate = new();
    private readonly int at;
    private readonly bool after;
    private object? last;

    /// <param name="at">Which call, from 1; 0 for none, to count them.</param>
    /// <param name="after">Whether the call takes place, and only its answer is lost.</param>
    public CrashPoint(int at, bool after)
    {
        this.at = at;
        this.after = after;
    }

    public List<string> Calls { get; } = [];

    public bool Crashed { get; private set; }

    public void Attach(AppHarness app)
    {
        app.StorageCalls.Before = request => Begin(request, $"{request.Method} {request.Uri.Path}");
        app.StorageCalls.After = (request, _) => End(request);
        app.HazchemCalls.Before = request => Begin(request, $"{request.Method} {request.RequestUri!.AbsolutePath}");
        app.HazchemCalls.After = (request, _) => End(request);
    }

    public override string ToString() => $"a crash {(after ? "after" : "before")} call {at} ({Calls.ElementAtOrDefault(at - 1)})";

    private void Begin(object request, string call)
    {
        lock (gate)
        {
            ThrowIfCrashed();
            Calls.Add(call);
            if (Calls.Count != at)
            {
                return;
            }

            last = request;
            Crashed = !after;
            ThrowIfCrashed();
        }
    }

    private void End(object request)
    {
        lock (gate)
        {
            Crashed |= ReferenceEquals(request, last);
            ThrowIfCrashed();
        }
    }

    private void ThrowIfCrashed()
    {
        if (Crashed)
        {
            throw new CrashedException();
        }
    }
}

/// <summary>Nothing that the app knows of, so that nothing in it makes something of it.</summary>
internal sealed class CrashedException() : Exception("The process is gone.");
