using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Running;
using Hazchem.Samples;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>What the largest photo and the longest scan take, each in a process that does nothing else.</summary>
internal sealed class MemoryBenchmark(WorkerPool workers, string folder, Action<string> progress)
{
    private const int Seed = 48;
    private const int Width = 8000;
    private const int Height = 6000;
    private const int Pages = 100;

    /// <summary>In bytes: room for every page, so that what is measured is a long scan and not a tight limit.</summary>
    private const int ScanLimit = 20_000_000;

    private static readonly string[] PhotoContenders =
        [ContenderList.Ours, ContenderList.Sharp, ContenderList.Magick, ContenderList.Skia];

    private readonly List<(string What, string Contender, WorkReport Report, double? MostMegabytes)> _reports = [];

    public async Task RunAsync(IReadOnlyList<long> limits, CancellationToken cancellationToken)
    {
        var photo = Path.Combine(folder, "48-megapixels.jpg");
        await File.WriteAllBytesAsync(photo, SamplePictures.DetailedPhoto(Seed, Width, Height), cancellationToken);
        foreach (var limit in limits)
        {
            foreach (var contender in PhotoContenders)
            {
                await MeasureAsync(
                    FormattableString.Invariant($"a photo of 48 megapixels within {limit:#,0} bytes"),
                    contender,
                    workers.NewOrder(contender, photo, limit) with { LongSide = PhotoBenchmark.LongSide(limit) },
                    mostMegabytes: 150,
                    cancellationToken);
            }
        }

        var scan = Path.Combine(folder, "100-pages.tif");
        await File.WriteAllBytesAsync(scan, SamplePictures.LongScan(Seed, Pages), cancellationToken);
        await MeasureAsync(
            $"a scan of {Pages} grey pages at 200 dpi",
            ContenderList.OursPaper,
            workers.NewOrder(ContenderList.OursPaper, scan, ScanLimit),
            mostMegabytes: 200,
            cancellationToken);
    }

    public void Write(MarkdownPage page) => page.Table(
        ["what", "contender", "peak MB", "CPU ms"],
        _reports.Select(one => new[]
        {
            one.What,
            one.Contender,
            one.Report.Refusal is null ? Figures.Megabytes(one.Report.PeakBytes) : one.Report.Refusal,
            Figures.Milliseconds(one.Report.Cpu),
        }));

    public IEnumerable<Goal> Goals() => _reports
        .Where(one => one.MostMegabytes is not null)
        .Select(one => (What: $"peak MB, {one.What}", Most: one.MostMegabytes!.Value * Figures.Megabyte, one.Report))
        .Select(one => one.Report.Refusal is { } reason
            ? Goal.Refused(one.What, one.Most, reason, Figures.Megabytes)
            : Goal.AtMost(one.What, one.Most, one.Report.PeakBytes, Figures.Megabytes));

    private async Task MeasureAsync(
        string what, string contender, WorkOrder order, double mostMegabytes, CancellationToken cancellationToken)
    {
        var (report, _) = await workers.WorkAsync(order, cancellationToken);
        _reports.Add((what, contender, report, ContenderList.IsOurs(contender) ? mostMegabytes : null));
        progress($"{what}, {contender}: {report.Refusal ?? $"{Figures.Megabytes(report.PeakBytes)} MB"}");
    }
}
