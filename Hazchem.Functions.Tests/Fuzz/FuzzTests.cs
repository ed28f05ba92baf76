using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Fuzz;

/// <summary>
/// Damaged files of every format, thousands of them, in a process of their own, so that native code that crashes is a file
/// that is named here and not the end of the test run. <c>FUZZ_SEED</c> gives the seed, which is printed otherwise, and
/// <c>FUZZ_MINUTES</c> makes it go on.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int FilesAProcess = 2_000;

    /// <summary>No file may hold a process longer: the converter stops by itself after two minutes.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Damaged_file_of_any_format_is_converted_within_the_limit_or_refused_with_a_sentence()
    {
        var seed = Variable("FUZZ_SEED") ?? Random.Shared.Next(1_000_000);
        var minutes = Variable("FUZZ_MINUTES");
        output.WriteLine($"FUZZ_SEED={seed}");
        var keepIn = Path.Combine(RepositoryRoot.Find(), "TestResults", "fuzz");
        List<string> wrong = [];
        var begun = TimeProvider.System.GetTimestamp();
        long first = 0;
        do
        {
            first = await RunAsync(seed, first, keepIn, wrong);
        }
        while (minutes is not null && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(minutes.Value));

        wrong.Should().BeEmpty("the seed was FUZZ_SEED={0}, and the files are in {1}", seed, keepIn);
    }

    /// <returns>The number of the file to go on with.</returns>
    private async Task<long> RunAsync(int seed, long first, string keepIn, List<string> wrong)
    {
        var at = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var process = Start(seed, first, FilesAProcess, keepIn, "--at", at);
            var said = process.StandardOutput.ReadToEndAsync(Cancellation);
            await EndAsync(process, at);
            var lines = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            output.WriteLine(lines.LastOrDefault() ?? "");
            wrong.AddRange(lines.Where(line => line.StartsWith("wrong: ", StringComparison.Ordinal)));
            if (process.ExitCode is 0 or 1 && lines.Any(line => line.StartsWith($"{FilesAProcess} files: ", StringComparison.Ordinal)))
            {
                return first + FilesAProcess;
            }

            // It died, or was stuck.
            var last = NumberIn(at);
            using var keeper = Start(seed, last, 1, keepIn, "--keep-only");
            wrong.Add($"wrong: {last} ended the process with {process.ExitCode}, kept as {(await keeper.StandardOutput.ReadToEndAsync(Cancellation)).Trim()}");
            return last + 1;
        }
        finally
        {
            File.Delete(at);
        }
    }

    /// <summary>Waits for its end, and ends it where it is still at the file it was at long before.</summary>
    private static async Task EndAsync(Process process, string at)
    {
        try
        {
            for (long number = -1; ;)
            {
                try
                {
                    await process.WaitForExitAsync(Cancellation).WaitAsync(Stuck, Cancellation);
                    return;
                }
                catch (TimeoutException) when (NumberIn(at) is var now && now != number)
                {
                    number = now;
                }
                catch (TimeoutException)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(int seed, long first, long count, string keepIn, params string[] more) => Process.Start(
        new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Hazchem.Fuzz.dll"),
                "--seed", seed.ToString(CultureInfo.InvariantCulture),
                "--from", first.ToString(CultureInfo.InvariantCulture),
                "--count", count.ToString(CultureInfo.InvariantCulture),
                "--keep-in", keepIn,
                .. more,
            ])
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("The fuzz run did not start.");

    private static long NumberIn(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
