using Hazchem.Benchmarks.Contenders;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>The tables and goals of photos within one limit.</summary>
internal sealed class PhotoReport(IReadOnlyList<PhotoMeasurement> all, long limit)
{
    private const double FullEnough = 0.95;
    private const double StretchSimilarity = -0.001;
    private const double StretchCpu = 0.2;

    private readonly Dictionary<string, Dictionary<string, PhotoMeasurement>> _made = all
        .Where(one => one.Limit == limit && one.Bytes is not null)
        .GroupBy(one => one.Contender)
        .ToDictionary(group => group.Key, group => group.ToDictionary(one => one.File));

    private readonly List<string> _names = [.. all.Where(one => one.Limit == limit).Select(one => one.Contender).Distinct()];

    public void Write(MarkdownPage page)
    {
        page.Table(
            ["contender", "files", "wall", "CPU", "peak MB", "fill", "capped", "over the limit", "SSIM", "SSIM less ours"],
            _names.Where(_made.ContainsKey).Select(Row));
        var refused = all.Where(one => one.Limit == limit && one.Bytes is null && !ContenderList.IsFloor(one.Contender)).ToArray();
        if (refused.Length > 0)
        {
            page.Paragraph("Cannot be read by these, or not within the limit:");
            page.Items(refused
                .GroupBy(one => one.Contender)
                .Select(group => $"{group.Key}: {string.Join(", ", group.Select(one => one.File))}"));
        }
    }

    public void WriteFiles(MarkdownPage page)
    {
        page.Paragraph("CPU milliseconds:");
        WriteFiles(page, one => Figures.Milliseconds(one.Cpu));
        page.Paragraph("SSIM:");
        WriteFiles(page, one => Figures.Similarity(one.Similarity));
        page.Paragraph("Bytes, and the JPEG quality:");
        WriteFiles(page, one => $"{Figures.Bytes(one.Bytes)} q{one.Quality}{(one.IsOver ? " **over**" : string.Empty)}");
    }

    public IEnumerable<Goal> Goals()
    {
        if (!_made.TryGetValue(ContenderList.Ours, out var ours) || limit is not (300_000 or 1_000_000))
        {
            yield break;
        }

        var small = limit == 300_000;
        var at = $"at {limit:N0} bytes";
        yield return Goal.AtMost($"products over the limit, {at}", 0, ours.Values.Count(one => one.IsOver), Figures.Milliseconds);
        var filled = ours.Values.Where(one => !one.IsCapped).Select(Fill).ToArray();
        if (small && filled.Length > 0)
        {
            yield return Goal.AtLeast($"the least fill where quality is not capped, {at}", FullEnough, filled.Min(), Figures.Share);
        }

        foreach (var (peer, bound) in new[] { (ContenderList.Sharp, small ? 0.70 : 0.80), (ContenderList.Magick, small ? 0.33 : 0.42), (ContenderList.SharpMozjpeg, StretchCpu) })
        {
            if (Ratio(peer, one => one.Cpu) is { } cpu)
            {
                yield return Goal.AtMost($"CPU as a share of {peer}'s, {at}", bound, 1 / cpu, Figures.Share);
            }
        }

        foreach (var (peer, bound) in new[] { (ContenderList.Sharp, 0.0), (ContenderList.SharpMozjpeg, StretchSimilarity) })
        {
            if (SimilarityLessOurs(peer) is { } less)
            {
                yield return Goal.AtLeast($"SSIM less {peer}'s, {at}", bound, -less, Figures.Difference);
            }
        }

        foreach (var floor in _names.Where(ContenderList.IsFloor))
        {
            if (Ratio(floor, one => one.Wall) is { } wall)
            {
                yield return Goal.AtMost($"wall as a multiple of {floor}'s, {at}", small ? 1.9 : 4, 1 / wall, Figures.Ratio);
            }
        }
    }

    private string[] Row(string name)
    {
        var made = _made[name].Values;
        var isOurs = name == ContenderList.Ours;
        var isFloor = ContenderList.IsFloor(name);
        var filled = made.Where(one => !one.IsCapped).Select(Fill);
        return
        [
            isOurs ? $"**{name}**" : name,
            $"{made.Count}",
            Relative(name, one => one.Wall),
            Relative(name, one => one.Cpu),
            $"{Figures.Megabytes(made.Max(one => one.PeakBytes))}",
            isFloor ? Figures.None : Figures.Share(Statistics.GeometricMean(filled)),
            isFloor ? Figures.None : $"{made.Count(one => one.IsCapped)}",
            isFloor ? Figures.None : $"{made.Count(one => one.IsOver)}",
            isFloor ? Figures.None : Figures.Similarity(Statistics.Mean(made.Select(one => one.Similarity!.Value))),
            isFloor || isOurs ? Figures.None : Figures.Difference(SimilarityLessOurs(name)),
        ];
    }

    private string Relative(string name, Func<PhotoMeasurement, double> figure) => name == ContenderList.Ours
        ? $"1.00 ({Figures.Milliseconds(Statistics.GeometricMean(_made[name].Values.Select(figure)))} ms)"
        : Figures.Ratio(Ratio(name, figure));

    private double? Ratio(string name, Func<PhotoMeasurement, double> figure) =>
        Statistics.GeometricMean(Pairs(name).Select(pair => figure(pair.Theirs) / figure(pair.Ours)));

    private double? SimilarityLessOurs(string name) =>
        Statistics.Mean(Pairs(name).Select(pair => pair.Theirs.Similarity!.Value - pair.Ours.Similarity!.Value));

    /// <summary>Files that both have made.</summary>
    private IEnumerable<(PhotoMeasurement Theirs, PhotoMeasurement Ours)> Pairs(string name) =>
        _made.TryGetValue(name, out var theirs) && _made.TryGetValue(ContenderList.Ours, out var ours)
            ? theirs.Values.Where(one => ours.ContainsKey(one.File)).Select(one => (one, ours[one.File]))
            : [];

    private static double Fill(PhotoMeasurement one) => one.Bytes!.Value / (double)one.Limit;

    private void WriteFiles(MarkdownPage page, Func<PhotoMeasurement, string> write)
    {
        var names = _names.Where(name => _made.ContainsKey(name) && !ContenderList.IsFloor(name)).ToArray();
        page.Table(
            ["file", .. names],
            all.Where(one => one.Limit == limit).Select(one => one.File).Distinct().Select(file => (string[])
            [
                file,
                .. names.Select(name => _made[name].TryGetValue(file, out var one) ? write(one) : Figures.None),
            ]));
    }
}
