namespace Hazchem.Simulator;

/// <summary>How many calls came and how they ended. A call is counted before its answer is written.</summary>
public sealed class RequestLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Depot, ApiRoute Route, int Status, FaultKind? Fault), long> _counts = [];

    internal RequestLog()
    {
    }

    public long Total => Count();

    public IReadOnlyList<RequestCount> Counts
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _counts
                        .Select(c => new RequestCount(c.Key.Depot, c.Key.Route, c.Key.Status, c.Key.Fault, c.Value))
                        .OrderBy(c => c.Depot, StringComparer.Ordinal).ThenBy(c => c.Route).ThenBy(c => c.Status).ThenBy(c => c.Fault),
                ];
            }
        }
    }

    /// <summary>The calls that fit what is given; null fits all.</summary>
    public long Count(string? depot = null, ApiRoute? route = null, int? status = null)
    {
        lock (_gate)
        {
            return _counts
                .Where(c => (depot is null || c.Key.Depot == depot)
                    && (route is null || c.Key.Route == route)
                    && (status is null || c.Key.Status == status))
                .Sum(c => c.Value);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _counts.Clear();
        }
    }

    internal void Add(string? depot, ApiRoute route, int status, FaultKind? fault)
    {
        lock (_gate)
        {
            var key = (depot, route, status, fault);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }
}
