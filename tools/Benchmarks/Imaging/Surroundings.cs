using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Measuring;
using ImageMagick;
using SkiaSharp;

namespace Hazchem.Benchmarks.Imaging;

/// <summary>On what a run was made: the machine, without its name, and the versions.</summary>
internal static class Surroundings
{
    public static async Task<IReadOnlyList<string>> DescribeAsync(
        string sharpFolder, int threads, TimeProvider time, CancellationToken cancellationToken)
    {
        return
        [
            time.GetUtcNow().ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            $"{Environment.ProcessorCount} cores of {Processor() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {RuntimeInformation.OSDescription}; each contender had {(threads == 1 ? "1 thread" : $"{threads} threads")} where it can have several",
            $".NET {Environment.Version}; NetVips with libvips {NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}; "
                + $"{MagickNET.Version.Split(' ')[0]} {typeof(MagickImage).Assembly.GetName().Version?.ToString(3)}; SkiaSharp {typeof(SKBitmap).Assembly.GetName().Version?.ToString(2)}",
            $"sharp {await VersionAsync(sharpFolder, "sharp", cancellationToken)} from npm",
            TurboFloor.IsAvailable ? "libjpeg-turbo: the system's" : "no libjpeg-turbo on this machine: the floor is libvips' alone",
            await Tesseract.VersionAsync(cancellationToken) ?? "no tesseract on this machine: no words were read",
        ];
    }

    /// <summary>The day, the machine and the runtime.</summary>
    public static IReadOnlyList<string> Machine(TimeProvider time) =>
    [
        time.GetUtcNow().ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
        $"{Environment.ProcessorCount} cores of {Processor() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {RuntimeInformation.OSDescription}",
        $".NET {Environment.Version}",
    ];

    private static string? Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        : null;

    private static async Task<string?> VersionAsync(string folder, string package, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(folder, "node_modules", package, "package.json"));
        using var json = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        return json.RootElement.GetProperty("version").GetString();
    }
}
