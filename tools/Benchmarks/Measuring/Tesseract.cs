using System.ComponentModel;
using System.Diagnostics;

namespace Hazchem.Benchmarks.Measuring;

/// <summary>The OCR program of that name, which Debian has as <c>tesseract-ocr</c>: how well a page still reads.</summary>
internal static class Tesseract
{
    /// <summary>Its name and version; null where there is none on the path.</summary>
    public static async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var said = await RunAsync(["--version"], cancellationToken);
            return said.Split('\n')[0].Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <param name="pages">Files that it reads, such as PNG.</param>
    public static async Task<Words> ReadAsync(IReadOnlyList<string> pages, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        foreach (var page in pages)
        {
            texts.Add(await RunAsync([page, "stdout", "-l", "eng", "--psm", "3"], cancellationToken));
        }

        return new Words(string.Join('\n', texts));
    }

    private static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("tesseract", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Its threads only wait for each other.
        start.Environment["OMP_THREAD_LIMIT"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output
                : throw new BenchmarkException($"tesseract ended with {process.ExitCode}:{Environment.NewLine}{await errors}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
