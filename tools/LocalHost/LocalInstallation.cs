using System.Collections;
using System.Globalization;
using Azure.Storage.Blobs;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Hazchem.Simulator;

namespace Hazchem.LocalHost;

/// <summary>Storage, Hazchem and the app on one machine, talking to each other as they do in the world.</summary>
public sealed class LocalInstallation : IAsyncDisposable
{
    /// <summary>Our depot, unless the environment names others.</summary>
    public const string OwnDepot = "045";

    /// <summary>Somebody else's depot, known to the simulator only.</summary>
    public const string OtherDepot = "046";

    private const string OwnKey = "local-demo-key-of-depot-045";
    private const string OtherKey = "local-demo-key-of-depot-046";
    private const string DocumentStorage = "DocumentStorage";
    private const string PortalAuthentication = "Portal__Authentication";
    private const string DepotPrefix = "Hazchem__Depots__";
    private const string DepotSuffix = "__ApiKey";

    /// <summary>How the names of the app's own settings begin.</summary>
    private static readonly string[] SettingsOfTheApp =
    [
        DocumentStorage, $"AzureWebJobs{DocumentStorage}", "Hazchem__", "Inbound__", "Outbound__", "Imaging__", "Portal__", "TimeZone",
        "OTEL_", "APPLICATIONINSIGHTS_",
    ];

    private readonly IDisposable dataFolderLock;

    private LocalInstallation(IDisposable dataFolderLock) => this.dataFolderLock = dataFolderLock;

    /// <summary>Null when the environment names another storage account for both of its uses.</summary>
    public AzuriteProcess? Azurite { get; private set; }

    /// <summary>Off when the environment names another storage account for the documents; Azurite may run all the same.</summary>
    public bool DocumentsAreInAzurite { get; private set; }

    /// <summary>Null when the environment names another Hazchem.</summary>
    public SimulatorServer? Simulator { get; private set; }

    public FunctionsHost Host { get; private set; } = null!;

    public static async Task<LocalInstallation> StartAsync(LocalInstallationOptions options, CancellationToken cancellationToken)
    {
        RefuseOtherConnections(options);
        var data = Path.GetFullPath(options.DataFolder);
        var held = FileLock.TryAcquire(Path.Combine(data, ".lock"))
            ?? throw new LocalHostException($"The data folder {data} is in use by another local host; choose another one with --data.");
        var installation = new LocalInstallation(held);
        try
        {
            await installation.StartPartsAsync(options, data, cancellationToken);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the app first, so that it finishes its work with what it needs for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
        }

        if (Azurite is not null)
        {
            await Azurite.DisposeAsync();
        }

        dataFolderLock.Dispose();
    }

    private async Task StartPartsAsync(LocalInstallationOptions options, string data, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = PublishAsync(options, data, failed.Token);
        try
        {
            var settings = new Dictionary<string, string>();
            var wasUsedBefore = Directory.Exists(AzuriteFolder(data));
            await StartAzuriteAsync(options, data, settings, cancellationToken);
            await StartSimulatorAsync(options, DocumentsAreInAzurite && !wasUsedBefore, settings, cancellationToken);
            if (!IsSet(options, PortalAuthentication))
            {
                settings[PortalAuthentication] = "None";
            }

            foreach (var (name, value) in options.Settings)
            {
                settings[name] = value;
            }

            var app = await publishing;
            options.Progress("Starting the app.");
            Host = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    AppFolder = app,
                    Port = options.Port,
                    FunctionKey = options.FunctionKey,
                    Settings = settings,
                    InheritsVariable = options.EnvironmentWins ? _ => true : name => !IsOfTheApp(name),
                    Observer = options.Observer,
                    TimersEnabled = options.TimersEnabled,
                },
                cancellationToken);
            if (DocumentsAreInAzurite)
            {
                await CreateContainersAsync(cancellationToken);
            }
        }
        catch
        {
            await failed.CancelAsync();
            await publishing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private static async Task<string> PublishAsync(LocalInstallationOptions options, string data, CancellationToken cancellationToken)
    {
        if (options.AppFolder is { } given)
        {
            return Path.GetFullPath(given);
        }

        var folder = Path.Combine(data, ".hazchem-app");
        options.Progress($"Publishing the app into {folder}.");
        await AppPublisher.PublishAsync(folder, options.Configuration, cancellationToken);
        return folder;
    }

    private async Task StartAzuriteAsync(
        LocalInstallationOptions options,
        string data,
        Dictionary<string, string> settings,
        CancellationToken cancellationToken)
    {
        string[] connections = [DocumentStorage, "AzureWebJobsStorage"];
        var missing = connections.Where(name => !IsSet(options, name)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        options.Progress("Starting Azurite.");
        Azurite = await AzuriteProcess.StartAsync(
            new AzuriteOptions
            {
                BlobPort = options.BlobPort,
                QueuePort = options.QueuePort,
                TablePort = options.TablePort,
                DataFolder = AzuriteFolder(data),
            },
            options.Progress,
            cancellationToken);
        DocumentsAreInAzurite = missing.Contains(DocumentStorage);
        foreach (var name in missing)
        {
            settings[name] = Azurite.ConnectionString;
        }
    }

    private static string AzuriteFolder(string data) => Path.Combine(data, "azurite");

    /// <param name="storageIsFresh">Storage that is not may know ids of an earlier simulator, so this one's must differ.</param>
    private async Task StartSimulatorAsync(
        LocalInstallationOptions options,
        bool storageIsFresh,
        Dictionary<string, string> settings,
        CancellationToken cancellationToken)
    {
        if (IsSet(options, "Hazchem__BaseUrl"))
        {
            return;
        }

        var simulated = new SimulatorOptions { AcceptUnknownConsignments = true };
        if (!storageIsFresh)
        {
            simulated = simulated with
            {
                IdPrefix = string.Create(CultureInfo.InvariantCulture, $"D-{TimeProvider.System.GetUtcNow():yyMMddHHmmss}-"),
            };
        }

        Simulator = await SimulatorServer.StartAsync(simulated, cancellationToken);
        settings["Hazchem__BaseUrl"] = Simulator.Address.ToString();
        Simulator.Network.AddDepot(OtherDepot, OtherKey);

        var named = options.EnvironmentWins ? DepotsOfTheEnvironment() : [];
        if (named.Count == 0)
        {
            named.Add(OwnDepot, OwnKey);
            settings[$"{DepotPrefix}{OwnDepot}{DepotSuffix}"] = OwnKey;
        }

        foreach (var (code, key) in named)
        {
            try
            {
                Simulator.Network.AddDepot(code, key);
            }
            catch (ArgumentException e)
            {
                // The app says what is wrong with its own settings; the simulator does without that depot.
                options.Progress($"The simulator does not take {DepotPrefix}{code}{DepotSuffix}: {e.Message}");
            }
        }
    }

    private async Task CreateContainersAsync(CancellationToken cancellationToken)
    {
        foreach (var trigger in Host.Functions.Select(function => function.Trigger).OfType<BlobTrigger>())
        {
            await new BlobContainerClient(Azurite!.ConnectionString, trigger.Container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
    }

    private static Dictionary<string, string> DepotsOfTheEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
            .Where(variable => variable.Key.StartsWith(DepotPrefix, StringComparison.OrdinalIgnoreCase)
                && variable.Key.EndsWith(DepotSuffix, StringComparison.OrdinalIgnoreCase)
                && variable.Key.Length > DepotPrefix.Length + DepotSuffix.Length)
            .ToDictionary(variable => variable.Key[DepotPrefix.Length..^DepotSuffix.Length], variable => variable.Value);

    /// <summary>Without this, Azurite would silently stand in for the account that the environment means.</summary>
    private static void RefuseOtherConnections(LocalInstallationOptions options)
    {
        if (!options.EnvironmentWins || IsSet(options, DocumentStorage))
        {
            return;
        }

        var other = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith($"{DocumentStorage}__", StringComparison.OrdinalIgnoreCase) && IsSet(options, name))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        if (other is not null)
        {
            throw new LocalHostException(
                $"{other} is set, but the local host takes a connection string only: set {DocumentStorage} to one, or unset {other} for Azurite.");
        }
    }

    private static bool IsOfTheApp(string variable) =>
        SettingsOfTheApp.Any(start => variable.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool IsSet(LocalInstallationOptions options, string name) =>
        options.EnvironmentWins && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
