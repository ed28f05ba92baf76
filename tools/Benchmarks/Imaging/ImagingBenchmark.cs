using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Running;
using Hazchem.LocalHost;
using Hazchem.Samples;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>The whole run: what was asked for, with what there is, and the page that says what came out.</summary>
internal static class ImagingBenchmark
{
    public const string PhotosPart = "photos";

    public static async Task<string> RunAsync(BenchmarkRequest request, Action<string> progress, CancellationToken cancellationToken)
    {
        var sharp = await NpmInstallation.EnsureAsync("Benchmarks", "sharp", "sharp, a peer of the benchmarks", progress, cancellationToken);
        var work = Directory.CreateTempSubdirectory("hazchem-benchmarks-");
        try
        {
            var workers = new WorkerPool(sharp, work.FullName, request.Threads, request.Repeats);
            var page = new MarkdownPage();
            if (request.Parts.Contains(PhotosPart))
            {
                var warmUp = Path.Combine(work.FullName, "warm-up.jpg");
                await File.WriteAllBytesAsync(warmUp, SamplePictures.Photo(seed: 1), cancellationToken);
                var benchmark = new PhotoBenchmark(workers, warmUp, progress);
                await benchmark.RunAsync(FilesIn(request.Photos!), request.Limits, Names(request.Contenders), cancellationToken);
                foreach (var limit in request.Limits)
                {
                    var report = new PhotoReport(benchmark.Measurements, limit);
                    page.Heading(2, $"Photos within {limit:N0} bytes");
                    report.Write(page);
                    if (request.Details)
                    {
                        report.WriteFiles(page);
                    }

                    page.Table(["goal", "wanted", "reached", "held"], report.Goals().Select(goal => new[] { goal.What, goal.Wanted, goal.Reached, goal.IsHeld ? "yes" : "**no**" }));
                }
            }

            return page.ToString();
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static List<string> FilesIn(DirectoryInfo folder) =>
        [.. folder.EnumerateFiles().Select(file => file.FullName).Order(StringComparer.Ordinal)];

    private static List<string> Names(IReadOnlyList<string> wanted) =>
    [
        .. ContenderList.ForPhotos
            .Select(contender => contender.Name)
            .Where(name => name == ContenderList.Ours || wanted.Count == 0 || wanted.Contains(name))
            .Where(name => name != ContenderList.FloorTurbo || TurboFloor.IsAvailable),
    ];
}
