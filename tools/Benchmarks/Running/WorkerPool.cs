using System.Diagnostics;
using System.Text.Json;
using Hazchem.Benchmarks.Contenders;

namespace Hazchem.Benchmarks.Running;

/// <summary>Starts worker processes, one at a time, and hears their reports.</summary>
/// <param name="sharpFolder">The folder with <c>peers.mjs</c>, where sharp is installed.</param>
/// <param name="outputFolder">Where products are written for the time of the run.</param>
internal sealed class WorkerPool(string sharpFolder, string outputFolder, int threads)
{
    private int _works;

    /// <summary>An order for this pool; what is left open in it is for the caller to fill in.</summary>
    public WorkOrder NewOrder(string contender, string file, long limit) => new(
        contender, file, limit, LongSide: 0, threads, WarmUp: null, WarmUpLimit: 0, Repeats: 1, Path.Combine(outputFolder, $"{++_works}.out"));

    /// <returns>The report, and the product, if there is one.</returns>
    /// <exception cref="BenchmarkException">The process ended without a report.</exception>
    public async Task<(WorkReport Report, byte[]? Product)> WorkAsync(WorkOrder work, CancellationToken cancellationToken)
    {
        var order = JsonSerializer.Serialize(work, WorkJson.Default.WorkOrder);
        var start = ContenderList.IsSharp(work.Contender)
            ? new ProcessStartInfo("node", [Path.Combine(sharpFolder, "peers.mjs"), order])
            : new ProcessStartInfo("dotnet", [typeof(WorkerPool).Assembly.Location, Worker.Command, order]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new BenchmarkException($"{start.FileName} does not start.");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new BenchmarkException(
                    $"{work.Contender} ended with {process.ExitCode} on {Path.GetFileName(work.File)}:{Environment.NewLine}{await errors}");
            }

            var report = JsonSerializer.Deserialize(output, WorkJson.Default.WorkReport)!;
            if (report.Refusal is not null)
            {
                return (report, null);
            }

            var product = await File.ReadAllBytesAsync(work.Output, cancellationToken);
            File.Delete(work.Output);
            return (report, product);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
