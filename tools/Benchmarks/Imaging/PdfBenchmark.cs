using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Running;
using NetVips;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>PDFs to TIFF in a process that has done one before, where the converter takes PDFs.</summary>
internal sealed class PdfBenchmark(WorkerPool workers, int repeats, Action<string> progress)
{
    private const double MostMilliseconds = 120;
    private const double MillimetresPerInch = 25.4;

    private readonly List<(string File, WorkReport Report, double Dpi, long Bytes)> _done = [];
    private readonly List<(string File, string Reason)> _refused = [];

    /// <summary>Whether there is anything to report.</summary>
    public bool HasResults => _done.Count + _refused.Count > 0;

    public async Task RunAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var order = workers.NewOrder(ContenderList.OursPaper, file, PaperBenchmark.Limit) with
            {
                WarmUp = file,
                WarmUpLimit = PaperBenchmark.Limit,
                Repeats = repeats,
            };
            var (report, product) = await workers.WorkAsync(order, cancellationToken);
            if (product is null)
            {
                _refused.Add((Path.GetFileName(file), report.Refusal!));
                progress($"{Path.GetFileName(file)}: {report.Refusal}");
                continue;
            }

            using var first = Image.NewFromBuffer(product);
            _done.Add((Path.GetFileName(file), report, first.Xres * MillimetresPerInch, product.Length));
            progress($"{Path.GetFileName(file)}: {report.Wall / report.Pages:N0} ms a page, {report.Pages} pages");
        }
    }

    public void Write(MarkdownPage page)
    {
        page.Table(
            ["PDF", "pages", "dpi of the first page", "wall ms a page", "CPU ms a page", "bytes"],
            _done.Select(one => new[]
            {
                one.File,
                $"{one.Report.Pages}",
                Figures.Milliseconds(one.Dpi),
                Figures.Milliseconds(WallAPage(one.Report)),
                Figures.Milliseconds(one.Report.Cpu / one.Report.Pages),
                Figures.Bytes(one.Bytes),
            }));
        if (_refused.Count > 0)
        {
            page.Paragraph("Refused:");
            page.Items(_refused.Select(one => $"{one.File}: {one.Reason}"));
        }
    }

    public IEnumerable<Goal> Goals() =>
    [
        .. _done.Count == 0
            ? (Goal[])[]
            : [Goal.AtMost("wall ms a page of a PDF, the slowest file", MostMilliseconds, _done.Max(one => WallAPage(one.Report)), Figures.Milliseconds)],
        .. _refused.Select(one => Goal.Refused($"wall ms a page of a PDF, {one.File}", MostMilliseconds, one.Reason, Figures.Milliseconds)),
    ];

    private static double WallAPage(WorkReport report) => report.Wall / report.Pages!.Value;
}
