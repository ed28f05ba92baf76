using System.Diagnostics;
using System.Text.Json;
using Hazchem.Benchmarks.Contenders;

namespace Hazchem.Benchmarks.Running;

/// <summary>Starts worker processes, one at a time, and hears their reports.</summary>
/// <param name="sharpFolder">The folder with <c>peers.mjs</c>, where sharp is installed.</param>
/// <param name="outputFolder">Where products are written for the time of the run.</param>
internal sealed class WorkerPool(string sharpFolder, string outputFolder, int threads, int repeats)
{
    private int _works;

    /// <returns>The report, and where the product is, if there is one.</returns>
    /// <exception cref="BenchmarkException">The process ended without a report.</exception>
    public async Task<(WorkReport Report, string Product)> WorkAsync(
        string contender,
        string file,
        long limit,
        int longSide,
        string? warmUp,
        CancellationToken cancellationToken)
    {
        var product = Path.Combine(outputFolder, $"{++_works}.out");
        var order = JsonSerializer.Serialize(
            new WorkOrder(contender, file, limit, longSide, threads, warmUp, repeats, product),
            WorkJson.Default.WorkOrder);
        var start = ContenderList.IsSharp(contender)
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
                    $"{contender} ended with {process.ExitCode} on {Path.GetFileName(file)}:{Environment.NewLine}{await errors}");
            }

            return (JsonSerializer.Deserialize(output, WorkJson.Default.WorkReport)!, product);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
