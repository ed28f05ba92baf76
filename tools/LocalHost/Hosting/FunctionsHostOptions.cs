namespace Hazchem.LocalHost.Hosting;

/// <summary>How a published function app is hosted.</summary>
public sealed record FunctionsHostOptions
{
    /// <summary>The published app: <c>host.json</c>, <c>worker.config.json</c>, the worker.</summary>
    public required string AppFolder { get; init; }

    /// <summary>Where forwarded HTTP and <c>/admin</c> are, on loopback. 0 is a free port.</summary>
    public int Port { get; init; }

    /// <summary>The one key of all functions that ask for one, and of <c>/admin</c>; null asks nobody.</summary>
    public string? FunctionKey { get; init; }

    /// <summary>App settings, given to the worker on top of this process's environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Which variables of this process's environment are app settings too; all unless set.</summary>
    public Func<string, bool> InheritsVariable { get; init; } = _ => true;

    /// <summary>Told of everything that happens, from any thread.</summary>
    public Action<HostEvent> Observer { get; init; } = _ => { };

    /// <summary>How often a blob trigger's container is listed.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>From a blob's failure to its next delivery.</summary>
    public TimeSpan RedeliveryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From a function's timeout to the end of its worker.</summary>
    public TimeSpan KillDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the worker may take to load its functions.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long functions may take to end when the host ends; the worker has five seconds more.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Off for tests and tools that run timers only by <see cref="FunctionsHost.RunAsync"/>.</summary>
    public bool TimersEnabled { get; init; } = true;

    /// <summary>Starts the worker; the program that <c>worker.config.json</c> names unless set.</summary>
    public Func<WorkerStart, CancellationToken, Task<IWorkerProcess>> Launch { get; init; } = WorkerProcess.StartAsync;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
