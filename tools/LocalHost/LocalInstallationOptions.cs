using Hazchem.LocalHost.Hosting;

namespace Hazchem.LocalHost;

/// <summary>How the storage emulator, the simulator and the app are brought up together.</summary>
public sealed record LocalInstallationOptions
{
    /// <summary>Storage's data and the published app. Held by one local host at a time.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A published app; null publishes the project's own into the data folder.</summary>
    public string? AppFolder { get; init; }

    /// <summary>What the app is published as: <c>Debug</c> or <c>Release</c>.</summary>
    public string Configuration { get; init; } = "Debug";

    /// <summary>The functions' port on loopback; 0 is a free one.</summary>
    public int Port { get; init; }

    /// <inheritdoc cref="FunctionsHostOptions.FunctionKey"/>
    public string? FunctionKey { get; init; }

    public int BlobPort { get; init; }

    public int QueuePort { get; init; }

    public int TablePort { get; init; }

    /// <summary>
    /// Whether settings in the environment win over the local ones, and keep the emulator and the simulator from
    /// starting when they name others. Off, the local ones always hold, and the app sees none of its own in the environment.
    /// </summary>
    public bool EnvironmentWins { get; init; } = true;

    /// <summary>App settings that win over everything.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Told what takes long while it starts.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Told of everything that happens in the functions host.</summary>
    public Action<HostEvent> Observer { get; init; } = _ => { };

    /// <summary>Off, timers run only by <see cref="FunctionsHost.RunAsync"/>.</summary>
    public bool TimersEnabled { get; init; } = true;
}
