using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Hazchem.Functions.Tests.Support;

namespace Hazchem.Functions.Tests.EndToEnd;

/// <summary>A published app behind Azure Functions Core Tools, which bring the real Functions host, with all its triggers.</summary>
internal sealed class CoreToolsHost : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();

    private CoreToolsHost(Process process, Uri address)
    {
        this.process = process;
        Address = address;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>Where <c>func</c> is; null where it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, "func"))
        .FirstOrDefault(File.Exists);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="folder">Of the published app.</param>
    /// <param name="surroundings">Whose settings it gets.</param>
    /// <returns>When the host says that it runs.</returns>
    public static async Task<CoreToolsHost> StartAsync(string folder, Surroundings surroundings)
    {
        var port = AppProcess.FreePort();
        var start = new ProcessStartInfo(Program!, ["start", "--port", port.ToString(CultureInfo.InvariantCulture), "--no-build"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["AzureWebJobsStorage"] = surroundings.Account.ConnectionString;
        foreach (var (name, value) in surroundings.Settings)
        {
            start.Environment[name] = value;
        }

        var host = new CoreToolsHost(Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            await host.WaitUntilRunningAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public void ShouldRun() => process.HasExited.Should().BeFalse("the host does not end by itself:\n{0}", string.Join('\n', output));

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private async Task WaitUntilRunningAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        while (true)
        {
            ShouldRun();
            try
            {
                using var answer = await client.GetAsync("/admin/host/status", Cancellation);
                if (answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("Running", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
