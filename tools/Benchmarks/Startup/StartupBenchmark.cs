using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Hazchem.Benchmarks.Imaging;
using Hazchem.Benchmarks.Running;
using Hazchem.LocalHost;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Benchmarks.Startup;

/// <summary>
/// How long a worker takes to start behind the local host: each variant is started in turn, again and again, against Azurite
/// and the simulator, and sends photos. Nothing is warm but the disk.
/// </summary>
internal sealed class StartupBenchmark(AzuriteProcess azurite, SimulatorServer simulator, int rounds, Action<string> progress)
{
    private const string Depot = "045";
    private const string Key = "a-key";
    private const string Container = "outbound";
    private const int Photos = 50;

    /// <summary>Longer than any start and its photos; one that takes longer hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly BinaryData[] _photos = [.. Enumerable.Range(0, Photos).Select(seed => BinaryData.FromBytes(SamplePictures.Photo(seed)))];
    private readonly Dictionary<StartupVariant, List<MeasuredStart>> _measurements = StartupVariant.All.ToDictionary(variant => variant, _ => new List<MeasuredStart>());
    private readonly Dictionary<StartupVariant, string> _failures = [];

    public static async Task<string> RunAsync(int rounds, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hazchem-startup-");
        try
        {
            foreach (var (index, variants) in StartupVariant.All.GroupBy(variant => variant.Publication).Index())
            {
                progress($"publishing: {variants.First().Name}");
                await variants.Key.PublishAsync(folder.CreateSubdirectory(index.ToString(CultureInfo.InvariantCulture)).FullName, cancellationToken);
            }

            await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), progress, cancellationToken);
            await using var simulator = await SimulatorServer.StartAsync(
                new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0, TimeProvider = time, AcceptUnknownConsignments = true }, cancellationToken);
            simulator.Network.AddDepot(Depot, Key);
            await new BlobContainerClient(azurite.ConnectionString, Container).CreateAsync(cancellationToken: cancellationToken);
            var benchmark = new StartupBenchmark(azurite, simulator, rounds, progress);
            await benchmark.MeasureAsync(cancellationToken);
            return benchmark.Page(Surroundings.Machine(time));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        foreach (var variant in StartupVariant.All)
        {
            if (variant.Publication.Failure is { } failure)
            {
                _failures[variant] = failure;
            }
        }

        // The first start of each reads its files from the disk and is not counted; all that follow find them in memory.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var variant in StartupVariant.All.Where(variant => !_failures.ContainsKey(variant)))
            {
                progress(FormattableString.Invariant($"round {round} of {rounds}: {variant.Name}"));
                try
                {
                    var measured = await MeasureAsync(variant, $"HZ{Guid.NewGuid():N}".ToUpperInvariant(), cancellationToken);
                    if (round > 0)
                    {
                        _measurements[variant].Add(measured);
                    }
                }
                catch (Exception e) when (e is BenchmarkException or LocalHostException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    _failures[variant] = e.Message;
                }
            }
        }
    }

    private async Task<MeasuredStart> MeasureAsync(StartupVariant variant, string consignment, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        if (variant.Publication.SendsDocuments)
        {
            await DropAsync(consignment, 0, patience.Token);
        }

        var begun = 0L;
        var processId = 0;
        var loaded = new TaskCompletionSource<StartupMeasurement>();
        var firstSent = new TaskCompletionSource<StartupMeasurement>();
        var options = new FunctionsHostOptions
        {
            AppFolder = variant.Publication.Folder,
            PollInterval = TimeSpan.FromMilliseconds(10),
            TimersEnabled = false,
            Settings = Settings(variant),

            // Nothing of what this was started with must speed a worker up or hold it up.
            InheritsVariable = name => !name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("MSBUILD", StringComparison.Ordinal),
            Observer = happened =>
            {
                switch (happened.Kind)
                {
                    case HostEventKind.WorkerReady:
                        loaded.TrySetResult(Measure());
                        break;
                    case HostEventKind.InvocationSucceeded:
                        firstSent.TrySetResult(Measure());
                        break;
                    case HostEventKind.InvocationFailed:
                        firstSent.TrySetException(new BenchmarkException($"The document was not sent: {happened.Message}"));
                        break;
                }
            },
        };
        var launch = options.Launch;
        options = options with
        {
            Launch = async (start, stopping) =>
            {
                begun = Stopwatch.GetTimestamp();
                var worker = await launch(start, stopping);
                processId = worker.ProcessId!.Value;
                return worker;
            },
        };

        await using var host = await FunctionsHost.StartAsync(options, patience.Token);
        if (!variant.Publication.SendsDocuments)
        {
            return new MeasuredStart(await loaded.Task, null, null);
        }

        await firstSent.Task.WaitAsync(patience.Token);
        for (var photo = 1; photo < Photos; photo++)
        {
            await DropAsync(consignment, photo, patience.Token);
        }

        while (simulator.Network.Received.Count(document => document.Consignment == consignment) < Photos)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }

        return new MeasuredStart(await loaded.Task, await firstSent.Task, Measure());

        StartupMeasurement Measure()
        {
            var elapsed = Stopwatch.GetElapsedTime(begun);
            using var process = Process.GetProcessById(processId);
            return new StartupMeasurement(elapsed.TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds, PeakMemory.Read(processId));
        }
    }

    private Dictionary<string, string> Settings(StartupVariant variant)
    {
        var settings = new Dictionary<string, string>
        {
            ["AzureWebJobsStorage"] = azurite.ConnectionString,
            ["DocumentStorage"] = azurite.ConnectionString,
            ["Hazchem__BaseUrl"] = simulator.Address.AbsoluteUri,
            [$"Hazchem__Depots__{Depot}__ApiKey"] = Key,
        };
        foreach (var (name, value) in variant.Settings)
        {
            settings[name] = value;
        }

        return settings;
    }

    private async Task DropAsync(string consignment, int photo, CancellationToken cancellationToken) =>
        await new BlobContainerClient(azurite.ConnectionString, Container)
            .GetBlobClient(FormattableString.Invariant($"{Depot}/{consignment}/delivery-image/{photo}.jpg"))
            .UploadAsync(_photos[photo], cancellationToken);

    private string Page(IReadOnlyList<string> machine)
    {
        var page = new MarkdownPage();
        page.Table(
            ["worker", "to functions loaded, ms", "processor, ms", "memory, MB", "to the first document sent, ms", "processor, ms", $"memory after {Photos} photos, MB", "folder, MB", "zip, MB"],
            StartupVariant.All.Select(Row));
        page.Paragraph(FormattableString.Invariant($"Medians of {rounds} starts each, in turn, after one that is not counted; the least and the most are in brackets."));
        page.Items(machine);
        return page.ToString();
    }

    private string[] Row(StartupVariant variant)
    {
        if (_failures.TryGetValue(variant, out var failure))
        {
            return [variant.Name, failure, .. Enumerable.Repeat(Figures.None, 7)];
        }

        var all = _measurements[variant];
        return
        [
            variant.Name,
            Spread(all.Select(start => start.Loaded)),
            Figures.Milliseconds(Median(all.Select(start => (double?)start.Loaded.Processor))),
            Figures.Megabytes(Median(all.Select(start => (double?)start.Loaded.Memory))),
            Spread(all.Select(start => start.FirstSent)),
            Figures.Milliseconds(Median(all.Select(start => start.FirstSent?.Processor))),
            Figures.Megabytes(Median(all.Select(start => start.AllSent?.Memory))),
            Figures.Megabytes(variant.Publication.FolderBytes),
            Figures.Megabytes(variant.Publication.ZipBytes),
        ];
    }

    private static string Spread(IEnumerable<StartupMeasurement?> measured)
    {
        var times = measured.Select(one => one?.Milliseconds).ToList();
        return Median(times) is { } median
            ? $"{Figures.Milliseconds(median)} ({Figures.Milliseconds(times.Min())} to {Figures.Milliseconds(times.Max())})"
            : Figures.None;
    }

    private static double? Median(IEnumerable<double?> figures) => Statistics.Median(figures.OfType<double>());
}
