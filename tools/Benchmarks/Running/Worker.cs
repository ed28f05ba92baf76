using System.Diagnostics;
using System.Text.Json;
using Hazchem.Benchmarks.Contenders;
using ImageMagick;
using NetVips;

namespace Hazchem.Benchmarks.Running;

/// <summary>The inside of a worker process: works on one file with one contender and measures itself.</summary>
internal static class Worker
{
    /// <summary>The word that makes this program a worker.</summary>
    public const string Command = "work";

    private const int WarmUps = 2;

    public static int Run(string json)
    {
        var order = JsonSerializer.Deserialize(json, WorkJson.Default.WorkOrder)!;
        WorkReport report;
        try
        {
            report = Work(order);
        }
        catch (Exception e) when (e is VipsException or MagickException)
        {
            report = new WorkReport(e.Message, [], [], 0, null, null);
        }

        Console.Out.WriteLine(JsonSerializer.Serialize(report, WorkJson.Default.WorkReport));
        return 0;
    }

    private static WorkReport Work(WorkOrder order)
    {
        var contender = ContenderList.Create(order.Contender, order.Threads);
        if (order.WarmUp is { } warmUp)
        {
            var small = File.ReadAllBytes(warmUp);
            for (var i = 0; i < WarmUps; i++)
            {
                contender.Work(small, order with { Limit = order.WarmUpLimit });
            }
        }

        var original = File.ReadAllBytes(order.File);
        var wall = new double[order.Repeats];
        var cpu = new double[order.Repeats];
        long peak = 0;
        Product? product = null;
        for (var i = 0; i < order.Repeats; i++)
        {
            // What earlier work left is not this one's to clear.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var cpuBefore = Environment.CpuUsage.TotalTime;
            var started = Stopwatch.GetTimestamp();
            product = contender.Work(original, order);
            wall[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            cpu[i] = (Environment.CpuUsage.TotalTime - cpuBefore).TotalMilliseconds;
            peak = i == 0 ? PeakMemory.Read() : peak;
        }

        if (product?.Content is { } content)
        {
            using var output = File.Create(order.Output);
            output.Write(content.Span);
        }

        return new WorkReport(product?.Refusal, wall, cpu, peak, product?.Quality, product?.Pages);
    }
}
