namespace Hazchem.Benchmarks.Imaging;

/// <summary>The table and goals of scans.</summary>
internal sealed class PaperReport(IReadOnlyList<PaperMeasurement> measurements)
{
    private const double MostCpu = 0.15;
    private const double MostLost = -0.01;
    private const double LeastInShadow = 0.98;

    /// <summary>A scan of which OCR reads less is not clean.</summary>
    private const double Clean = 0.9;

    public void Write(MarkdownPage page)
    {
        page.Table(
            ["scan", "pages", "CPU ms a page", "Magick.NET's", "ratio", "bytes", "Magick.NET's", "words", "read on the scan", "on ours", "on Magick.NET's"],
            measurements.Where(one => one.Ours is not null).Select(Row));
        page.Paragraph("\\* we send it as it came, so its cost is not compared. † the text is not known: the words are what OCR reads on the scan.");
        var refused = measurements.Where(one => one.Refusal is not null).ToArray();
        if (refused.Length > 0)
        {
            page.Paragraph("Refused:");
            page.Items(refused.Select(one => $"{one.File}: {one.Refusal}"));
        }
    }

    public IEnumerable<Goal> Goals()
    {
        var compared = measurements.Where(one => one is { Ours: not null, Theirs: not null, IsPassedThrough: false }).ToArray();
        if (Statistics.GeometricMean(compared.Select(Ratio)) is { } cpu)
        {
            yield return Goal.AtMost("CPU a page as a share of Magick.NET's Otsu, geometric mean of the scans", MostCpu, cpu, Figures.Share);
            yield return Goal.AtMost(
                "the same, all pages together",
                MostCpu,
                compared.Sum(one => one.Ours!.Report.Cpu) / compared.Sum(one => one.Theirs!.Report.Cpu),
                Figures.Share);
        }

        var read = measurements.Where(one => one.Recall is { IsTextKnown: true, Ours: not null }).ToArray();
        var clean = read.Where(one => one.Recall!.Original >= Clean).Select(one => one.Recall!.Ours!.Value - one.Recall.Original).ToArray();
        if (clean.Length > 0)
        {
            yield return Goal.AtLeast("words read on ours less those on the scan, the worst of the clean ones of known text", MostLost, clean.Min(), Figures.Difference);
        }

        foreach (var one in read.Where(one => one.File.Contains("shadow", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Goal.AtLeast($"words read on ours of {one.File}", LeastInShadow, one.Recall!.Ours!.Value, Figures.Share);
        }
    }

    private static string[] Row(PaperMeasurement one) =>
    [
        one.File + (one.IsPassedThrough ? " \\*" : string.Empty),
        $"{one.Ours!.Pages}",
        Figures.Milliseconds(one.Ours.CpuAPage),
        Figures.Milliseconds(one.Theirs?.CpuAPage),
        one.Theirs is null || one.IsPassedThrough ? Figures.None : Figures.Share(Ratio(one)),
        Figures.Bytes(one.Ours.Bytes),
        Figures.Bytes(one.Theirs?.Bytes),
        one.Recall is null ? Figures.None : $"{one.Recall.Words}{(one.Recall.IsTextKnown ? string.Empty : " †")}",
        Figures.Share(one.Recall?.Original),
        Figures.Share(one.Recall?.Ours),
        Figures.Share(one.Recall?.Theirs),
    ];

    private static double Ratio(PaperMeasurement one) => one.Ours!.CpuAPage / one.Theirs!.CpuAPage;
}
