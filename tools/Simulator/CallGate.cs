namespace Hazchem.Simulator;

/// <summary>Holds each depot's key to <see cref="CallLimits"/>: a bucket of tokens, and a count of calls under way.</summary>
internal sealed class CallGate(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Caller> _callers = [];

    /// <returns>Null when the call may go on and <see cref="Leave"/> must follow; otherwise how long to wait.</returns>
    public TimeSpan? TryEnter(string depot, CallLimits limits)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (!_callers.TryGetValue(depot, out var caller))
            {
                _callers[depot] = caller = new Caller { Tokens = limits.Burst, At = now };
            }

            if (limits.Concurrency > 0 && caller.UnderWay >= limits.Concurrency)
            {
                return TimeSpan.FromSeconds(1);
            }

            if (limits.RequestsPerSecond > 0)
            {
                var refill = Math.Max(0, (now - caller.At).TotalSeconds) * limits.RequestsPerSecond;
                caller.Tokens = Math.Min(limits.Burst, caller.Tokens + refill);
                caller.At = now;
                if (caller.Tokens < 1)
                {
                    return TimeSpan.FromSeconds((1 - caller.Tokens) / limits.RequestsPerSecond);
                }

                caller.Tokens--;
            }

            caller.UnderWay++;
            return null;
        }
    }

    public int UnderWay(string depot)
    {
        lock (_gate)
        {
            return _callers.TryGetValue(depot, out var caller) ? caller.UnderWay : 0;
        }
    }

    public void Leave(string depot)
    {
        lock (_gate)
        {
            _callers[depot].UnderWay--;
        }
    }

    private sealed class Caller
    {
        public double Tokens { get; set; }

        public DateTimeOffset At { get; set; }

        public int UnderWay { get; set; }
    }
}
