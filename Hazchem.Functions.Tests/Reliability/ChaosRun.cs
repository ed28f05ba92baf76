using System.Collections.Concurrent;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// The published app as a process behind the local host, with documents going both ways while Hazchem and storage fail
/// and the process is killed.
/// </summary>
/// <remarks>
/// Time is made to pass while the app is dead: every time it has written down is put back (<see cref="ChaosStorage.TravelAsync"/>),
/// and the partner's clock is put forward. So claims expire and waits end as they do in hours, and the app runs as it is.
/// The seed decides the documents, the faults and the moments; the threads' order it cannot decide, so a seed gives the
/// same storm and not the same instruction.
/// </remarks>
internal sealed class ChaosRun : IAsyncDisposable
{
    public const int DropsARound = 10;
    public const int PublicationsARound = 10;

    private const int MaxSettlingRounds = 25;

    /// <summary>Longer than a claim and than the longest wait.</summary>
    private static readonly TimeSpan Leap = TimeSpan.FromMinutes(65);

    private readonly AzuriteProcess azurite;
    private readonly ChaosStorage storage;
    private readonly SimulatorServer simulator;
    private readonly ShiftedTimeProvider partnerTime;
    private readonly ChaosDocuments documents;
    private readonly BlobContainerClient outbound;
    private readonly Random random;
    private readonly Random killRandom;
    private readonly int seed;
    private readonly Action<string> say;
    private readonly ConcurrentQueue<string> said = new();
    private FunctionsHost? host;
    private TaskCompletionSource? leaping;

    private ChaosRun(AzuriteProcess azurite, ChaosStorage storage, SimulatorServer simulator, ShiftedTimeProvider partnerTime, int seed, Action<string> say)
    {
        this.azurite = azurite;
        this.storage = storage;
        this.simulator = simulator;
        this.partnerTime = partnerTime;
        this.seed = seed;
        this.say = say;
        documents = new ChaosDocuments(seed);
        random = new Random(seed);
        killRandom = new Random(~seed);
        outbound = new BlobContainerClient(azurite.ConnectionString, StorageNames.OutboundContainer);
    }

    public List<ChaosDrop> Drops { get; } = [];

    /// <summary>What Hazchem offered, by its id.</summary>
    public Dictionary<string, PublishedDocument> Publications { get; } = [];

    public HazchemNetwork Network => simulator.Network;

    public string ConnectionString => azurite.ConnectionString;

    public int Kills { get; private set; }

    public int StorageFaults => storage.FaultsMade;

    /// <summary>The app's last words, for one who looks into a failure.</summary>
    public string LastWords => string.Join('\n', said);

    private FunctionsHost Host => host ?? throw new InvalidOperationException("The host is not started.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ChaosRun> StartAsync(int seed, Action<string> say)
    {
        var partnerTime = new ShiftedTimeProvider();
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), Cancellation);
        var storage = await ChaosStorage.StartAsync(azurite, seed, Cancellation);
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { AcceptUnknownConsignments = true, RequestsPerSecond = 0, Concurrency = 0, TimeProvider = partnerTime },
            Cancellation);
        var run = new ChaosRun(azurite, storage, simulator, partnerTime, seed, say);
        await run.outbound.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        foreach (var depot in new[] { ChaosDocuments.OurDepot, ChaosDocuments.OurOtherDepot, ChaosDocuments.TheirDepot })
        {
            simulator.Network.AddDepot(depot, $"key-of-{depot}");
        }

        run.host = await run.StartHostAsync();
        return run;
    }

    /// <summary>Rounds of documents, faults and kills.</summary>
    /// <param name="goesOn">Asked before each round.</param>
    public async Task StormAsync(Func<int, bool> goesOn)
    {
        Network.Faults = new FaultPlan
        {
            Rate = 0.3,
            Kinds = Enum.GetValues<FaultKind>(),
            Seed = seed,
            StallFor = TimeSpan.FromSeconds(4),
            RetryAfter = TimeSpan.FromSeconds(1),
        };
        storage.Faulty = true;

        using var storm = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var timers = Task.WhenAll(RunAgainAndAgainAsync("SweepOutbound", storm.Token), RunAgainAndAgainAsync("FetchDocuments", storm.Token));
        for (var round = 0; goesOn(round); round++)
        {
            await RoundAsync(round);
        }

        storage.Faulty = false;
        Network.Faults = FaultPlan.None;
        await storm.CancelAsync();
        await timers;
    }

    /// <summary>Everything works again, and the timers run until there is nothing more to do.</summary>
    public async Task SettleAsync()
    {
        for (var round = 1; ; round++)
        {
            await LeapAsync();
            await Host.RunAsync("SweepOutbound", cancellationToken: Cancellation);
            await Host.RunAsync("FetchDocuments", cancellationToken: Cancellation);
            var pending = await PendingAsync();
            if (pending.Count == 0)
            {
                say($"quiet after {round} leaps in time");
                return;
            }

            if (round == MaxSettlingRounds)
            {
                Assert.Fail($"Still pending after {round} rounds without a fault: {string.Join(", ", pending)}\n{LastWords}");
            }
        }
    }

    /// <summary>By somebody who has taken an hour to find out that they did not arrive.</summary>
    public async Task DropAgainAsync(IReadOnlyCollection<ChaosDrop> drops)
    {
        await LeapAsync();

        // A blob's time is in whole seconds, and must be after the leap.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        foreach (var drop in drops)
        {
            await UploadAsync(drop.Name, drop.Original);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        await storage.DisposeAsync();
        await simulator.DisposeAsync();
        await azurite.DisposeAsync();
    }

    private Task<FunctionsHost> StartHostAsync()
    {
        var options = new FunctionsHostOptions
        {
            AppFolder = AppProcess.Folder,
            TimersEnabled = false,
            Observer = Hear,
            Settings = new Dictionary<string, string>
            {
                ["AzureWebJobsDocumentStorage"] = azurite.ConnectionString,
                ["DocumentStorage"] = storage.FaultyConnectionString,
                ["Hazchem__BaseUrl"] = simulator.Address.AbsoluteUri,
                [$"Hazchem__Depots__{ChaosDocuments.OurDepot}__ApiKey"] = $"key-of-{ChaosDocuments.OurDepot}",
                [$"Hazchem__Depots__{ChaosDocuments.OurOtherDepot}__ApiKey"] = $"key-of-{ChaosDocuments.OurOtherDepot}",
                ["Hazchem__RequestsPerSecond"] = "1000",
                ["Hazchem__TransferTimeout"] = "00:00:02",
                ["Hazchem__ListTimeout"] = "00:00:02",
                ["Hazchem__Budget"] = "00:00:10",
                ["Hazchem__RetryDelay"] = "00:00:00.050",
                ["Hazchem__Retries"] = "1",
                ["Inbound__RunFor"] = "00:00:10",
                ["Outbound__SweepStartsFor"] = "00:00:05",
            },
        };
        var launch = options.Launch;
        return FunctionsHost.StartAsync(
            options with
            {
                Launch = async (start, cancellationToken) =>
                {
                    // Between two workers there is no app that could see its rows change.
                    if (Interlocked.Exchange(ref leaping, null) is { } leap)
                    {
                        partnerTime.Advance(Leap);
                        await storage.TravelAsync(Leap, cancellationToken);
                        leap.SetResult();
                    }

                    return await launch(start, cancellationToken);
                },
            },
            Cancellation);
    }

    private async Task RoundAsync(int round)
    {
        var drops = Enumerable.Range((round * DropsARound) + 1, DropsARound).Select(documents.Drop).ToList();
        var publications = Enumerable.Range((round * PublicationsARound) + 1, PublicationsARound)
            .Select(number => documents.Publication(Network, number)).ToList();
        var kills = random.Next(1, 4);
        var storageGoes = random.Next(4) == 0;
        say($"round {round + 1}: {kills} kills{(storageGoes ? ", storage gone for a while" : "")}");

        await Task.WhenAll(KillAsync(kills), DropAndPublishAsync(drops, publications));
        if (storageGoes)
        {
            storage.Gone = true;
            await PauseAsync(random, 3000);
            storage.Gone = false;
        }

        await PauseAsync(random, 3000);
        await LeapAsync();
    }

    private async Task DropAndPublishAsync(IEnumerable<ChaosDrop> drops, IEnumerable<PublishedDocument> publications)
    {
        foreach (var (drop, publication) in drops.Zip(publications))
        {
            Drops.Add(drop);
            await UploadAsync(drop.Name, drop.Original);
            if (drop.Twin is not null)
            {
                await UploadAsync(drop.Twin, drop.Original);
            }

            Publications.Add(Network.Publish(publication), publication);
            await PauseAsync(random, 300);
        }
    }

    private async Task KillAsync(int times)
    {
        for (var kill = 0; kill < times; kill++)
        {
            await PauseAsync(killRandom, 2500);
            Kills++;
            Host.KillWorker();
            await Host.WaitUntilReadyAsync(Cancellation);
        }
    }

    /// <summary>Kills the app, and starts it in a later hour.</summary>
    private async Task LeapAsync()
    {
        var leap = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        leaping = leap;
        Kills++;
        Host.KillWorker();
        await Task.WhenAny(leap.Task, Host.GaveUp).WaitAsync(Cancellation);
        Host.GaveUp.IsCompleted.Should().BeFalse("the app does not end by itself:\n{0}", LastWords);
        await Host.WaitUntilReadyAsync(Cancellation);
    }

    private static Task PauseAsync(Random random, int atMostMilliseconds) => Task.Delay(random.Next(atMostMilliseconds), Cancellation);

    private async Task RunAgainAndAgainAsync(string function, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // It fails when the app is killed or storage is; the next run makes up for it.
            await Host.RunAsync(function, cancellationToken: Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task UploadAsync(string name, byte[] content) =>
        await outbound.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true, Cancellation);

    /// <summary>What somebody still has to do something about.</summary>
    private async Task<List<string>> PendingAsync()
    {
        var pending = new List<string>();
        await foreach (var blob in outbound.GetBlobsAsync(cancellationToken: Cancellation))
        {
            pending.Add($"outbound/{blob.Name}");
        }

        await foreach (var row in new TableClient(ConnectionString, StorageNames.OutboundWaitingTable).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            pending.Add($"{StorageNames.OutboundWaitingTable}/{row.RowKey}");
        }

        await foreach (var row in new TableClient(ConnectionString, StorageNames.DepotStateTable).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            if (row.RowKey.StartsWith("aside_", StringComparison.Ordinal))
            {
                pending.Add($"{row.PartitionKey}/{row.RowKey}");
            }
        }

        var fetched = new HashSet<string?>();
        await foreach (var row in new TableClient(ConnectionString, StorageNames.ConsignmentDocumentsTable).QueryAsync<TableEntity>(
            row => row.PartitionKey.CompareTo("IN") >= 0 && row.PartitionKey.CompareTo("IO") < 0, cancellationToken: Cancellation))
        {
            fetched.Add(row.GetString(DocumentColumns.HazchemDocumentId));
        }

        pending.AddRange(Publications.Keys.Where(id => !fetched.Contains(id)).Select(id => $"not fetched: {id}"));
        return pending;
    }

    private void Hear(HostEvent happened)
    {
        said.Enqueue($"{happened.Kind} {happened.Message}");
        while (said.Count > 300)
        {
            said.TryDequeue(out _);
        }
    }
}
