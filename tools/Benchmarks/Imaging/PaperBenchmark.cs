using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Measuring;
using Hazchem.Benchmarks.Running;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>Scans to group 4: ours and Magick.NET's, what it costs and what can still be read.</summary>
internal sealed class PaperBenchmark(WorkerPool workers, string warmUp, string folder, int repeats, Action<string> progress)
{
    /// <summary>In bytes, the app's default for customer paperwork.</summary>
    public const int Limit = 2_000_000;

    /// <summary>With fewer words than this a share of them says nothing.</summary>
    private const int FewestWords = 20;

    public async Task<IReadOnlyList<PaperMeasurement>> RunAsync(
        IReadOnlyList<string> files, bool reads, CancellationToken cancellationToken)
    {
        var measurements = new List<PaperMeasurement>();
        foreach (var file in files)
        {
            var original = await File.ReadAllBytesAsync(file, cancellationToken);
            var (ourReport, ours) = await WorkAsync(ContenderList.OursPaper, file, cancellationToken);
            var (theirReport, theirs) = await WorkAsync(ContenderList.MagickGroup4, file, cancellationToken);
            var measurement = new PaperMeasurement(
                Path.GetFileName(file),
                Measured(ourReport, ours),
                Measured(theirReport, theirs),
                ours is not null && original.AsSpan().SequenceEqual(ours),
                reads ? await ReadAsync(file, original, ours, theirs, cancellationToken) : null,
                ourReport.Refusal);
            measurements.Add(measurement);
            progress(
                $"{measurement.File}: {measurement.Refusal ?? $"{measurement.Ours!.CpuAPage:N0} ms CPU a page, {ours!.Length:N0} bytes"}"
                + $"; Magick.NET {measurement.Theirs?.CpuAPage:N0} ms, {theirs?.Length:N0} bytes; words read {Figures.Share(measurement.Recall?.Original)},"
                + $" ours {Figures.Share(measurement.Recall?.Ours)}, Magick.NET {Figures.Share(measurement.Recall?.Theirs)}");
        }

        return measurements;
    }

    private Task<(WorkReport Report, byte[]? Product)> WorkAsync(string contender, string file, CancellationToken cancellationToken) =>
        workers.WorkAsync(
            workers.NewOrder(contender, file, Limit) with { WarmUp = warmUp, WarmUpLimit = Limit, Repeats = repeats },
            cancellationToken);

    private static PaperWork? Measured(WorkReport report, byte[]? product) =>
        product is null ? null : new PaperWork(report, report.Pages ?? 1, product.Length);

    private async Task<PaperRecall?> ReadAsync(
        string file, byte[] original, byte[]? ours, byte[]? theirs, CancellationToken cancellationToken)
    {
        var onScan = await ReadAsync(original, cancellationToken);
        var text = TextOf(file);
        var wanted = text is null ? onScan : new Words(await File.ReadAllTextAsync(text, cancellationToken));
        return wanted.Count < FewestWords
            ? null
            : new PaperRecall(
                wanted.Count,
                text is not null,
                wanted.RecallIn(onScan),
                ours is null ? null : wanted.RecallIn(await ReadAsync(ours, cancellationToken)),
                theirs is null ? null : wanted.RecallIn(await ReadAsync(theirs, cancellationToken)));
    }

    private async Task<Words> ReadAsync(byte[] scan, CancellationToken cancellationToken)
    {
        var pages = PagePictures.Write(scan, folder, "page");
        try
        {
            return await Tesseract.ReadAsync(pages, cancellationToken);
        }
        finally
        {
            pages.ForEach(File.Delete);
        }
    }

    /// <summary>
    /// The text beside a scan: both may have a number of their own, <c>d01_linn.txt</c> and <c>d25_linn_shadow.jpg</c>, since
    /// one page is often scanned in several ways.
    /// </summary>
    private static string? TextOf(string file) => Directory
        .EnumerateFiles(Path.GetDirectoryName(file)!, "*.txt")
        .Order(StringComparer.Ordinal)
        .FirstOrDefault(text => Title(file).StartsWith(Title(text), StringComparison.Ordinal));

    private static string Title(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];
    }
}
