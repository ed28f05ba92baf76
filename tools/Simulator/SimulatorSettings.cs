namespace Hazchem.Simulator;

/// <summary>What the control API and the scenario file can set; null leaves a thing as it is.</summary>
internal sealed record SimulatorSettings
{
    public bool? AcceptUnknownConsignments { get; init; }

    public bool? RefusedAttemptsUseUpTheirKey { get; init; }

    public TimeSpan? ClockOffset { get; init; }

    public SizeLimits? Limits { get; init; }

    public CallLimits? CallLimits { get; init; }

    public FaultPlan? Faults { get; init; }

    public static SimulatorSettings Of(HazchemNetwork network) => new()
    {
        AcceptUnknownConsignments = network.AcceptUnknownConsignments,
        RefusedAttemptsUseUpTheirKey = network.RefusedAttemptsUseUpTheirKey,
        ClockOffset = network.ClockOffset,
        Limits = network.Limits,
        CallLimits = network.CallLimits,
        Faults = network.Faults,
    };

    /// <exception cref="ArgumentException">The plan of faults is not sound; nothing was set.</exception>
    public void ApplyTo(HazchemNetwork network)
    {
        if (Faults is not null)
        {
            network.Faults = Faults;
        }

        network.AcceptUnknownConsignments = AcceptUnknownConsignments ?? network.AcceptUnknownConsignments;
        network.RefusedAttemptsUseUpTheirKey = RefusedAttemptsUseUpTheirKey ?? network.RefusedAttemptsUseUpTheirKey;
        network.ClockOffset = ClockOffset ?? network.ClockOffset;
        network.Limits = Limits ?? network.Limits;
        network.CallLimits = CallLimits ?? network.CallLimits;
    }
}
