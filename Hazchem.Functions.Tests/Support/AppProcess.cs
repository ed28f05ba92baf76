using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hazchem.Functions.Tests.Support;

/// <summary>The published app.</summary>
internal static class AppProcess
{
    /// <summary>Where the build puts it.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Runs it with no host, for settings that stop the start.</summary>
    public static async Task<(int ExitCode, string Errors)> RunToEndAsync(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(Folder, "Hazchem.Functions"))
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var app = Process.Start(start)!;
        var output = app.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = app.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await app.WaitForExitAsync(Cancellation);
        }
        finally
        {
            app.Kill();
        }

        await output;
        return (app.ExitCode, await errors);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
