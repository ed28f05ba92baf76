namespace Hazchem.Simulator;

/// <summary>Draws the faults of a plan, repeatably for the same order of calls.</summary>
internal sealed class FaultDraw(FaultPlan plan)
{
    private readonly Lock _gate = new();

    private readonly Random _random = new(plan.Seed);
    private int _made;

    public FaultPlan Plan { get; } = plan;

    /// <returns>The fault to make of this call with a number that varies it, or null.</returns>
    public (FaultKind Kind, int Variant)? Next(ApiRoute route)
    {
        lock (_gate)
        {
            if (Plan.Rate <= 0 || _made >= Plan.Times || (Plan.Routes.Count > 0 && !Plan.Routes.Contains(route)))
            {
                return null;
            }

            var kinds = Plan.Kinds.Where(k => k != FaultKind.AlteredContent || route == ApiRoute.Content).ToList();
            if (kinds.Count == 0 || _random.NextDouble() >= Plan.Rate)
            {
                return null;
            }

            return (kinds[_random.Next(kinds.Count)], _made++);
        }
    }
}
