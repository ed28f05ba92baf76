using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Measuring;
using Hazchem.Benchmarks.Running;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>Photos within a limit: every contender on every file, one after the other.</summary>
internal sealed class PhotoBenchmark(WorkerPool workers, string warmUp, int repeats, Action<string> progress)
{
    private const int WarmUpLimit = 100_000;
    private const int TailBytes = 4096;

    public List<PhotoMeasurement> Measurements { get; } = [];

    /// <summary>Files and limits that were left out, since we send the file as it came.</summary>
    public List<(string File, long Limit)> PassedThrough { get; } = [];

    /// <summary>
    /// In pixels: to what a peer that shrinks shrinks a picture within a limit. Measured to be the best for SSIM at
    /// 300,000 and 1,000,000 bytes, and the same for all peers.
    /// </summary>
    public static int LongSide(long limit) => (int)(2600 * Math.Pow(limit / 300_000.0, 0.3775));

    public async Task RunAsync(
        IReadOnlyList<string> files,
        IReadOnlyList<long> limits,
        IReadOnlyList<string> contenders,
        CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var original = await File.ReadAllBytesAsync(file, cancellationToken);
            var reference = LumaPicture.OfOriginal(original);
            foreach (var limit in limits)
            {
                foreach (var contender in contenders)
                {
                    if (!await MeasureAsync(file, original, reference, limit, contender, cancellationToken))
                    {
                        PassedThrough.Add((Path.GetFileName(file), limit));
                        progress($"{Path.GetFileName(file)}, {limit:N0} bytes: sent as it came");
                        break;
                    }
                }
            }
        }
    }

    /// <returns>False where we send the file as it came, so that there is nothing to compare.</returns>
    private async Task<bool> MeasureAsync(
        string file,
        byte[] original,
        LumaPicture reference,
        long limit,
        string contender,
        CancellationToken cancellationToken)
    {
        var order = workers.NewOrder(contender, file, limit) with
        {
            LongSide = LongSide(limit),
            WarmUp = warmUp,
            WarmUpLimit = WarmUpLimit,
            Repeats = repeats,
        };
        var (report, product) = await workers.WorkAsync(order, cancellationToken);
        double? similarity = null;
        var quality = report.Quality;
        if (product is not null)
        {
            if (contender == ContenderList.Ours && IsPassedThrough(original, product))
            {
                return false;
            }

            quality ??= JpegQuality.Estimate(product);
            similarity = ContenderList.IsFloor(contender)
                ? null
                : StructuralSimilarity.Compare(reference, LumaPicture.OfProduct(product, reference));
        }

        var measurement = new PhotoMeasurement(
            Path.GetFileName(file),
            limit,
            contender,
            report.Wall,
            report.Cpu,
            report.PeakBytes,
            product?.Length,
            quality,
            similarity,
            report.Refusal);
        Measurements.Add(measurement);
        progress(
            $"{measurement.File}, {limit:N0} bytes, {contender}: "
            + (report.Refusal ?? $"{measurement.Cpu:N0} ms CPU, {measurement.Wall:N0} ms, {Figures.Megabytes(report.PeakBytes)} MB, {product?.Length:N0} bytes, quality {quality}, SSIM {similarity:N4}"));
        return true;
    }

    /// <summary>Its metadata may have been taken out, but its end is the file's.</summary>
    private static bool IsPassedThrough(byte[] original, byte[] product) =>
        original.AsSpan().IndexOf(product.AsSpan(Math.Max(0, product.Length - TailBytes))) >= 0;
}
