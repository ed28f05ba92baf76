namespace Hazchem.Simulator;

/// <summary>How a simulator starts. Everything but the port, the ids, the keys' lifetime and the clock can be changed later through <see cref="HazchemNetwork"/>.</summary>
public sealed record SimulatorOptions
{
    /// <summary>On 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Calls a second a key; 0 means no limit.</summary>
    public double RequestsPerSecond { get; init; } = 10;

    /// <summary>Calls that a key may make at once after a pause.</summary>
    public int Burst { get; init; } = 20;

    /// <summary>Calls under way a key; 0 means no limit.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>Takes a number that was never announced as a consignment that the caller requested and collects.</summary>
    public bool AcceptUnknownConsignments { get; init; }

    /// <summary>Whether an attempt that got 413 or 422 binds its idempotency key to the bytes that arrived.</summary>
    public bool RefusedAttemptsUseUpTheirKey { get; init; }

    /// <summary>
    /// What the ids that it gives begin with. Whoever keeps what was fetched beyond the simulator's end gives each start
    /// another one, since the numbers after it begin again.
    /// </summary>
    public string IdPrefix { get; init; } = "D-";

    /// <summary>How long an idempotency key is remembered; the contract has at least 24 hours, the default.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Stamps documents and the <c>Date</c> of every answer, and drives limits and stalls. Default: the system's.</summary>
    public TimeProvider? TimeProvider { get; init; }
}
