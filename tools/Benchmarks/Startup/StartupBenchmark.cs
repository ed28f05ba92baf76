using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Hazchem.Benchmarks.Imaging;
using Hazchem.Benchmarks.Running;
using Hazchem.LocalHost.Azurite;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Benchmarks.Startup;

/// <summary>
/// How long the app takes to start, published in several ways: each is started in turn, again and again, against Azurite and
/// the simulator, and sends one photo. Nothing is warm but the disk.
/// </summary>
internal sealed class StartupBenchmark(
    IReadOnlyList<PublishedVariant> variants, AzuriteProcess azurite, SimulatorServer simulator, int rounds, Action<string> progress)
{
    private const string Depot = "045";
    private const string Key = "a-key";
    private const string Container = "outbound";

    /// <summary>Longer than any start; one that takes longer hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<PublishedVariant, List<StartupMeasurement>> _measurements = variants.ToDictionary(variant => variant, _ => new List<StartupMeasurement>());
    private readonly Dictionary<PublishedVariant, string> _failures = [];

    public static async Task<string> RunAsync(int rounds, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("hazchem-startup-");
        try
        {
            var published = new List<PublishedVariant>();
            foreach (var variant in StartupVariant.All)
            {
                progress($"publishing: {variant.Name}");
                published.Add(await PublishedVariant.PublishAsync(
                    variant, Directory.CreateDirectory(Path.Combine(folder.FullName, published.Count.ToString(CultureInfo.InvariantCulture))).FullName, cancellationToken));
            }

            await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), progress, cancellationToken);
            await using var simulator = await SimulatorServer.StartAsync(
                new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0, TimeProvider = time }, cancellationToken);
            simulator.Network.AddDepot(Depot, Key);
            var benchmark = new StartupBenchmark(published, azurite, simulator, rounds, progress);
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
        // The first start of each reads its files from the disk and is not counted; all that follow find them in memory.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var variant in variants.Where(variant => variant.Failure is null && !_failures.ContainsKey(variant)))
            {
                progress(FormattableString.Invariant($"round {round} of {rounds}: {variant.Variant.Name}"));
                try
                {
                    var measured = await MeasureAsync(variant, FormattableString.Invariant($"HZ{_measurements.Keys.ToList().IndexOf(variant)}{round:000}"), cancellationToken);
                    if (round > 0)
                    {
                        _measurements[variant].Add(measured);
                    }
                }
                catch (BenchmarkException e)
                {
                    _failures[variant] = e.Message;
                }
            }
        }
    }

    private async Task<StartupMeasurement> MeasureAsync(PublishedVariant variant, string consignment, CancellationToken cancellationToken)
    {
        simulator.Network.AddConsignment(consignment, Depot, Depot, Depot);
        var name = $"{Depot}/{consignment}/delivery-image/photo.jpg";
        var outbound = new BlobContainerClient(azurite.ConnectionString, Container);
        await outbound.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var blob = outbound.GetBlobClient(name);
        await blob.UploadAsync(BinaryData.FromBytes(SamplePictures.Photo(seed: 1)), cancellationToken);

        var port = FreePort();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        var before = simulator.Network.Received.Count;
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(Start(variant, port))!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await AnswerAsync(client, process, cancellationToken);
            var firstAnswer = Stopwatch.GetElapsedTime(begun);
            var (answerProcessor, answerMemory) = (Processor(process), PeakMemory.Read(process.Id));

            using var invocation = new StringContent(Invocation(blob.Uri), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync("/SendDocument", invocation, cancellationToken);
            var firstSent = Stopwatch.GetElapsedTime(begun);
            var (sentProcessor, sentMemory) = (Processor(process), PeakMemory.Read(process.Id));
            if (!answer.IsSuccessStatusCode || simulator.Network.Received.Count != before + 1)
            {
                process.Kill();
                var lines = await said;
                throw new BenchmarkException($"The document was not sent: {(int)answer.StatusCode}. {FirstError(lines)}");
            }

            return new StartupMeasurement(
                firstAnswer.TotalMilliseconds, firstSent.TotalMilliseconds, answerProcessor, sentProcessor, answerMemory, sentMemory);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private ProcessStartInfo Start(PublishedVariant variant, int port)
    {
        var start = new ProcessStartInfo(variant.Executable)
        {
            WorkingDirectory = variant.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Without the SDK's variables: a function app's machine has no .NET.
        start.Environment.Clear();
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["DocumentStorage"] = azurite.ConnectionString;
        start.Environment["Hazchem__BaseUrl"] = simulator.Address.AbsoluteUri;
        start.Environment[$"Hazchem__Depots__{Depot}__ApiKey"] = Key;
        return start;
    }

    /// <summary>Asks as the Functions host does, until anything answers.</summary>
    private static async Task AnswerAsync(HttpClient client, Process process, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/", cancellationToken);
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
            }
            catch (HttpRequestException)
            {
                throw new BenchmarkException($"It ended with {process.ExitCode} before it answered.");
            }
        }
    }

    /// <summary>As the host sends it for a blob trigger: what the app reads of it.</summary>
    private static string Invocation(Uri blob) => $$$"""{"Data":{},"Metadata":{"Uri":{{{JsonSerializer.Serialize(JsonSerializer.Serialize(blob.AbsoluteUri))}}}}}""";

    private static double Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalMilliseconds;
    }

    private static string FirstError(string[] said) =>
        said.SelectMany(text => text.Split('\n')).FirstOrDefault(line => line.Contains("xception", StringComparison.Ordinal))?.Trim() ?? "";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Page(IReadOnlyList<string> machine)
    {
        var page = new MarkdownPage();
        page.Table(
            ["published", "to the first answer, ms", "processor, ms", "to the first document sent, ms", "processor, ms", "memory at the answer, MB", "after the document, MB", "folder, MB", "zip, MB"],
            variants.Select(Row));
        page.Paragraph(FormattableString.Invariant($"Medians of {rounds} starts each, in turn, after one that is not counted; the least and the most are in brackets."));
        page.Items(machine);
        foreach (var variant in variants.Where(variant => variant.Warnings.Count > 0))
        {
            page.Paragraph($"{variant.Variant.Name} is warned of:");
            page.Items(variant.Warnings.Select(warning => $"`{warning}`"));
        }

        return page.ToString();
    }

    private string[] Row(PublishedVariant variant)
    {
        if ((variant.Failure ?? _failures.GetValueOrDefault(variant)) is { } failure)
        {
            return [variant.Variant.Name, failure, .. Enumerable.Repeat(Figures.None, 7)];
        }

        var all = _measurements[variant];
        return
        [
            variant.Variant.Name,
            Spread(all.Select(one => one.FirstAnswer)),
            Figures.Milliseconds(Statistics.Median(all.Select(one => one.AnswerProcessor))),
            Spread(all.Select(one => one.FirstSent)),
            Figures.Milliseconds(Statistics.Median(all.Select(one => one.SentProcessor))),
            Figures.Megabytes(Statistics.Median(all.Select(one => one.AnswerMemory))),
            Figures.Megabytes(Statistics.Median(all.Select(one => one.SentMemory))),
            Figures.Megabytes(variant.FolderBytes),
            Figures.Megabytes(variant.ZipBytes),
        ];
    }

    private static string Spread(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return $"{Figures.Milliseconds(Statistics.Median(all))} ({Figures.Milliseconds(all.Min())} to {Figures.Milliseconds(all.Max())})";
    }
}
