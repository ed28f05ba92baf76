namespace Hazchem.Simulator;

/// <summary>Which calls fail and how. The default lets every call through.</summary>
public sealed record FaultPlan
{
    /// <summary>No faults.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>The share of calls that fail, 0 to 1.</summary>
    public double Rate { get; init; }

    /// <summary>The kinds to choose from. A kind that does not fit the call's route is not chosen for it.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; init; } = [];

    /// <summary>The routes that fail; empty means every route.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; init; } = [];

    /// <summary>How many faults there are at most; null means no end.</summary>
    public int? Times { get; init; }

    /// <summary>The same seed and the same order of calls give the same faults.</summary>
    public int Seed { get; init; }

    /// <summary>How long <see cref="FaultKind.Stall"/> keeps a caller waiting. Default one minute.</summary>
    public TimeSpan StallFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What <see cref="FaultKind.Error429"/> asks for, in whole seconds. Default one second.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether <c>Retry-After</c> is an HTTP date instead of seconds.</summary>
    public bool RetryAfterAsDate { get; init; }

    /// <summary>While this is not <see cref="DownMode.Up"/> every call of every route fails, whatever the rate.</summary>
    public DownMode Down { get; init; }

    /// <summary>One line for each thing that is wrong with the plan.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Rate is not (>= 0 and <= 1))
        {
            yield return "rate must be from 0 to 1.";
        }

        if (Rate > 0 && Kinds.Count == 0)
        {
            yield return "kinds must name at least one kind when rate is over 0.";
        }

        if (StallFor < TimeSpan.Zero || RetryAfter < TimeSpan.Zero)
        {
            yield return "stallFor and retryAfter must not be negative.";
        }
    }
}
