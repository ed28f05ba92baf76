using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Hazchem.Functions.Tests.Support;

/// <summary>The published app as a process of its own, with no host around it.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private AppProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
        output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Where the build puts the published app.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    /// <summary>The executable that the published host.json names.</summary>
    public static string Executable
    {
        get
        {
            using var host = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "host.json")));
            return Path.Combine(
                Folder,
                host.RootElement.GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString()!);
        }
    }

    public int Port { get; }

    public int Id => process.Id;

    public HttpClient Client { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AppProcess> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var app = Start(settings, out _);
        await app.WaitUntilReadyAsync();
        return app;
    }

    /// <summary>For settings that stop the start.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(IReadOnlyDictionary<string, string> settings)
    {
        await using var app = Start(settings, out _);
        await app.process.WaitForExitAsync(Cancellation);
        return (app.process.ExitCode, await app.errors);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Asks as the host does, until anything answers.</summary>
    public async Task WaitUntilReadyAsync()
    {
        while (true)
        {
            try
            {
                using var answer = await Client.GetAsync("/", Cancellation);
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(25, Cancellation);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"The app ended with {process.ExitCode}: {await errors}");
            }
        }
    }

    /// <summary>In bytes: the most memory that the process has held.</summary>
    public long PeakMemory()
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Signals.Send(process.Id, Signals.Terminate);

    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        await Task.WhenAll(output, errors);
        process.Dispose();
    }

    private static AppProcess Start(IReadOnlyDictionary<string, string> settings, out ProcessStartInfo start)
    {
        var port = FreePort();
        start = new ProcessStartInfo(Executable)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new AppProcess(Process.Start(start)!, port);
    }
}

internal static partial class Signals
{
    public const int Terminate = 15;

    public static void Send(int processId, int signal)
    {
        if (Kill(processId, signal) != 0)
        {
            throw new InvalidOperationException($"Process {processId} could not be signalled: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
