using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Measuring;
using Hazchem.Benchmarks.Running;
using Hazchem.LocalHost;
using Hazchem.Samples;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>The whole run: what was asked for, with what there is, and the page that says what came out.</summary>
internal sealed class ImagingBenchmark(
    BenchmarkRequest request, WorkerPool workers, DirectoryInfo folder, Action<string> progress)
{
    public const string PhotosPart = "photos";
    public const string DocumentsPart = "documents";
    public const string MemoryPart = "memory";
    public const string PdfPart = "pdf";

    private readonly MarkdownPage _results = new();
    private readonly List<Goal> _goals = [];
    private readonly List<string> _files = [];

    public static async Task<string> RunAsync(
        BenchmarkRequest request, TimeProvider time, Action<string> progress, CancellationToken cancellationToken)
    {
        var sharp = await NpmInstallation.EnsureAsync("Benchmarks", "sharp", "sharp, a peer of the benchmarks", progress, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("hazchem-benchmarks-");
        try
        {
            var workers = new WorkerPool(sharp, folder.FullName, request.Threads);
            var benchmark = new ImagingBenchmark(request, workers, folder, progress);
            await benchmark.MeasureAsync(cancellationToken);
            return benchmark.Page(await Surroundings.DescribeAsync(sharp, request.Threads, time, cancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (request.Parts.Contains(PhotosPart))
        {
            await MeasurePhotosAsync(cancellationToken);
        }

        var documents = request.Parts.Intersect([DocumentsPart, PdfPart]).Any() ? FilesIn(request.Documents ?? SampleFiles.WriteDocuments(folder)) : [];
        var (pdfs, scans) = (documents.Where(IsPdf).ToArray(), documents.Where(file => !IsPdf(file)).ToArray());
        if (request.Parts.Contains(DocumentsPart))
        {
            await MeasureScansAsync(scans, cancellationToken);
        }

        if (request.Parts.Contains(PdfPart))
        {
            await MeasurePdfsAsync(pdfs, cancellationToken);
        }

        if (request.Parts.Contains(MemoryPart))
        {
            var memory = new MemoryBenchmark(workers, folder.FullName, progress);
            await memory.RunAsync(request.Limits, cancellationToken);
            _results.Heading(2, "Memory");
            memory.Write(_results);
            _goals.AddRange(memory.Goals());
        }
    }

    private async Task MeasurePhotosAsync(CancellationToken cancellationToken)
    {
        var files = FilesIn(request.Photos ?? SampleFiles.WritePhotos(folder));
        var warmUp = Path.Combine(folder.FullName, "warm-up.jpg");
        await File.WriteAllBytesAsync(warmUp, SamplePictures.Photo(seed: 1), cancellationToken);
        var benchmark = new PhotoBenchmark(workers, warmUp, request.Repeats, progress);
        await benchmark.RunAsync(files, request.Limits, Contenders(), cancellationToken);
        Describe("photos", files);
        foreach (var limit in request.Limits)
        {
            var report = new PhotoReport(benchmark.Measurements, limit);
            _results.Heading(2, FormattableString.Invariant($"Photos within {limit:#,0} bytes"));
            report.Write(_results);
            if (request.Details)
            {
                report.WriteFiles(_results);
            }

            _goals.AddRange(report.Goals());
        }

        if (benchmark.PassedThrough.Count > 0)
        {
            _results.Paragraph("We send these as they came, so they are not compared: "
                + string.Join(", ", benchmark.PassedThrough.Select(one => FormattableString.Invariant($"{one.File} within {one.Limit:#,0}"))) + ".");
        }
    }

    private async Task MeasureScansAsync(string[] scans, CancellationToken cancellationToken)
    {
        var warmUp = Path.Combine(folder.FullName, "warm-up-page.jpg");
        await File.WriteAllBytesAsync(warmUp, SamplePictures.ShadowedPage(seed: 1), cancellationToken);
        var reads = await Tesseract.VersionAsync(cancellationToken) is not null;
        var benchmark = new PaperBenchmark(workers, warmUp, folder.FullName, request.Repeats, progress);
        var report = new PaperReport(await benchmark.RunAsync(scans, reads, cancellationToken));
        Describe("scans", scans);
        _results.Heading(2, FormattableString.Invariant($"Scans to group 4 within {PaperBenchmark.Limit:#,0} bytes"));
        report.Write(_results);
        _goals.AddRange(report.Goals());
    }

    private async Task MeasurePdfsAsync(string[] pdfs, CancellationToken cancellationToken)
    {
        var benchmark = new PdfBenchmark(workers, request.Repeats, progress);
        await benchmark.RunAsync(pdfs, cancellationToken);
        if (benchmark.HasResults)
        {
            Describe("PDFs", pdfs);
            _results.Heading(2, FormattableString.Invariant($"PDFs within {PaperBenchmark.Limit:#,0} bytes"));
            benchmark.Write(_results);
            _goals.AddRange(benchmark.Goals());
        }
    }

    private string Page(IReadOnlyList<string> surroundings)
    {
        var page = new MarkdownPage();
        page.Heading(1, "Benchmarks of imaging");
        page.Paragraph("Written by `dotnet run -c Release --project tools/Benchmarks -- imaging --out docs/imaging-benchmarks.md`; with `--photos DIR` and `--documents DIR` for other files. `--help` tells the rest.");
        page.Items(surroundings);
        if (_goals.Count > 0)
        {
            page.Heading(2, "Goals");
            page.Table(
                ["what", "wanted", "reached", "held"],
                _goals.Select(goal => new[] { goal.What, goal.Wanted, goal.Reached, goal.IsHeld ? "yes" : "**no**" }));
        }

        page.Append(_results);
        if (request.Parts.Contains(PhotosPart))
        {
            DescribeContenders(page);
        }

        page.Heading(2, "How the figures are made");
        page.Items(
        [
            $"Each contender works on each file in a process of its own, twice on a small sample first, then {(request.Repeats == 1 ? "once" : $"{request.Repeats} times")} on the file, which is in memory already. Wall and CPU are the least of these; CPU is user and system time of all threads, as the system counts it.",
            "Wall and CPU in the tables of photos are ratios to ours, geometric means over the files that both did.",
            "Peak is the most that was ever resident in the process (VmHWM), at the end of the first time on the file; of several files the most. The runtime is in it: .NET or Node.js. MB are 1,000,000 bytes. Under \"Memory\" the process does nothing else, not even the small sample.",
            $"Fill is bytes by limit, the geometric mean where the quality is not capped. Capped are those of quality {QualityBisection.Highest}, which is where all stop; ours is read out of its quantisation table.",
            $"SSIM is the mean over the files, on luma (Rec. 601, 0 to 255), in Gaussian windows of 11 by 11 with σ 1.5, K1 .01, K2 .03, without padding. Original and product are decoded, turned upright, made sRGB, flattened on white, and brought to the same size with Lanczos: the original's, but no longer than {LumaPicture.LongSide:#,0} pixels. \"Less ours\" is the mean difference over the files that both did.",
            "Words read: the share of the words (two letters or digits and more, in lower case, as often as each occurs) of the text beside the file that tesseract (`-l eng --psm 3`) finds on the page.",
            "The floor's wall has no regard to the limit; it is there to say what the codec alone costs.",
        ]);
        page.Heading(2, "Files");
        page.Items(_files);
        return page.ToString();
    }

    private void DescribeContenders(MarkdownPage page)
    {
        page.Heading(2, "Contenders for photos");
        var sizes = string.Join(" and ", request.Limits.Select(limit => FormattableString.Invariant($"{PhotoBenchmark.LongSide(limit):#,0} pixels within {limit:#,0} bytes")));
        page.Items(Contenders().Select(name => $"`{name}`: {ContenderList.ForPhotos.First(one => one.Name == name).Does}"));
        page.Paragraph(
            $"Where the quality is bisected, it is between {QualityBisection.Lowest} and {QualityBisection.Highest}, with optimised Huffman tables and 4:2:0: six or seven codings. "
            + $"Those that shrink make the long side {sizes} at most. "
            + "All give an upright picture in sRGB without metadata; a truncated one is refused.");
    }

    private void Describe(string what, IReadOnlyList<string> files) => _files.Add(
        $"{what}: " + string.Join(", ", files.Select(file => FormattableString.Invariant($"{Path.GetFileName(file)} ({new FileInfo(file).Length:#,0})"))));

    private List<string> Contenders() =>
    [
        .. ContenderList.ForPhotos
            .Select(contender => contender.Name)
            .Where(name => name == ContenderList.Ours || request.Contenders.Count == 0 || request.Contenders.Contains(name))
            .Where(name => name != ContenderList.FloorTurbo || TurboFloor.IsAvailable),
    ];

    private static bool IsPdf(string file) => Path.GetExtension(file).Equals(".pdf", StringComparison.OrdinalIgnoreCase);

    private static List<string> FilesIn(DirectoryInfo folder) =>
    [
        .. folder.EnumerateFiles()
            .Where(file => !file.Extension.Equals(".txt", StringComparison.OrdinalIgnoreCase))
            .Select(file => file.FullName)
            .Order(StringComparer.Ordinal),
    ];
}
