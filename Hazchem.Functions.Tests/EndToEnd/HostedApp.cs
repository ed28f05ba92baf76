using System.Collections.Concurrent;
using System.Diagnostics;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

/// <summary>
/// The published app as a process behind the local host, with its triggers but for the timers, which a test runs by hand.
/// Depots 045 and 047 are ours.
/// </summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> events = new();
    private readonly string? functionKey;
    private FunctionsHost? host;

    private HostedApp(Surroundings surroundings, string? functionKey)
    {
        Surroundings = surroundings;
        this.functionKey = functionKey;
    }

    public Surroundings Surroundings { get; }

    public AzuriteAccount Account => Surroundings.Account;

    public AccountView Storage => Surroundings.Storage;

    public SimulatorServer Simulator => Surroundings.Simulator;

    public HazchemNetwork Network => Surroundings.Network;

    public FunctionsHost Host => host ?? throw new InvalidOperationException("The host is not started.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<HostedApp> StartAsync(params (string Name, string Value)[] settings) => StartWithKeyAsync(functionKey: null, settings);

    /// <param name="functionKey">Asked for by functions that need one; null asks nobody.</param>
    /// <param name="settings">Besides or instead of the app's usual ones.</param>
    public static async Task<HostedApp> StartWithKeyAsync(string? functionKey, params (string Name, string Value)[] settings) =>
        await StartOnAsync(await AzuriteFixture.TakeAccountAsync(), functionKey, settings);

    /// <param name="account">For a fixture of several classes, which no test has begun yet.</param>
    /// <inheritdoc cref="StartWithKeyAsync"/>
    public static async Task<HostedApp> StartOnAsync(AzuriteAccount account, string? functionKey, params (string Name, string Value)[] settings)
    {
        var app = new HostedApp(await Surroundings.StartAsync(account, settings), functionKey);
        await app.StartHostAsync();
        return app;
    }

    /// <summary>Ends the host as SIGTERM does, and starts another.</summary>
    public async Task RestartAsync()
    {
        await Host.DisposeAsync();
        await StartHostAsync();
    }

    /// <summary>The deletion comes last, so that a file that is gone is sent, told and recorded.</summary>
    public Task UntilDropBoxIsEmptyAsync() => UntilAsync(async () => (await Storage.ListAsync("outbound")).Count == 0);

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            Host.GaveUp.IsCompleted.Should().BeFalse("the app does not end by itself:\n{0}", string.Join('\n', events.TakeLast(20)));
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    public async Task RunAsync(string function) =>
        (await Host.RunAsync(function, cancellationToken: Cancellation)).Error.Should().BeNull();

    /// <summary>SIGKILL with everything in flight; returns when the app runs again.</summary>
    public async Task KillAsync()
    {
        var killed = Host.WorkerProcessId;
        Host.KillWorker();
        await UntilAsync(() => Task.FromResult(Host.WorkerProcessId is { } running && running != killed));
        await Host.WaitUntilReadyAsync(Cancellation);
    }

    /// <summary>In bytes: the most memory that the app's process has held.</summary>
    public long PeakMemory()
    {
        using var process = Process.GetProcessById(Host.WorkerProcessId!.Value);
        return process.PeakWorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        await Surroundings.DisposeAsync();
    }

    private async Task StartHostAsync() => host = await FunctionsHost.StartAsync(
        new FunctionsHostOptions
        {
            AppFolder = AppProcess.Folder,
            FunctionKey = functionKey,
            TimersEnabled = false,
            PollInterval = TimeSpan.FromMilliseconds(200),
            RedeliveryDelay = TimeSpan.FromMilliseconds(200),
            Settings = Surroundings.Settings,
            Observer = happened => events.Enqueue($"{happened.Kind} {happened.Subject} {happened.Message}"),
        },
        Cancellation);
}
