using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Hazchem.LocalHost.Azurite;

/// <summary>
/// Azurite, the storage emulator, as a child process on loopback. It ends when this process does, also by SIGKILL:
/// its stdin closes then. It can be stopped and started again on the same ports and, with a data folder, the same data.
/// </summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The account that every Azurite has, with the key that its documentation publishes.</summary>
    public const string AccountName = "devstoreaccount1";

    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Short, since all accounts go into one environment variable, which Windows limits to 32,767 characters.
    private const string FurtherAccountKey = "aGF6Y2hlbQ==";

    private readonly string folder;
    private AzuriteOptions options;
    private Process? process;

    private AzuriteProcess(string folder, AzuriteOptions options)
    {
        this.folder = folder;
        this.options = options;
    }

    public int BlobPort => options.BlobPort;

    public int QueuePort => options.QueuePort;

    public int TablePort => options.TablePort;

    /// <summary>Null while it is stopped.</summary>
    public int? ProcessId => process?.Id;

    public Uri BlobEndpoint => Account(AccountName).BlobEndpoint;

    public Uri QueueEndpoint => Account(AccountName).QueueEndpoint;

    public Uri TableEndpoint => Account(AccountName).TableEndpoint;

    public string ConnectionString => Account(AccountName).ConnectionString;

    /// <summary>Installs Azurite if it is not, starts it and returns once it listens.</summary>
    public static Task<AzuriteProcess> StartAsync(AzuriteOptions options, CancellationToken cancellationToken) =>
        StartAsync(options, _ => { }, cancellationToken);

    /// <param name="progress">Told what takes long, such as the installation on first use.</param>
    public static async Task<AzuriteProcess> StartAsync(
        AzuriteOptions options,
        Action<string> progress,
        CancellationToken cancellationToken)
    {
        var azurite = new AzuriteProcess(await AzuriteInstallation.EnsureAsync(progress, cancellationToken), options);
        await azurite.StartAsync(cancellationToken);
        return azurite;
    }

    /// <summary>The usual account, or one of <see cref="AzuriteOptions.Accounts"/>.</summary>
    public AzuriteAccount Account(string name) => new(
        name,
        KeyOf(name),
        new Uri($"http://127.0.0.1:{BlobPort}/{name}"),
        new Uri($"http://127.0.0.1:{QueuePort}/{name}"),
        new Uri($"http://127.0.0.1:{TablePort}/{name}"));

    /// <summary>Starts it again after <see cref="StopAsync"/>, on the ports it had.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (process is not null)
        {
            throw new InvalidOperationException("Azurite is running already.");
        }

        var started = StartNode();
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        started.OutputDataReceived += (_, line) => Hear(line.Data);
        started.ErrorDataReceived += (_, line) => Hear(line.Data);
        started.Exited += (_, _) => listening.TrySetException(new LocalHostException("Azurite ended before it listened."));
        started.EnableRaisingEvents = true;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();

        try
        {
            await listening.Task.WaitAsync(options.StartTimeout, TimeProvider.System, cancellationToken);
        }
        catch (Exception e)
        {
            await EndAsync(started);
            string heard;
            lock (said)
            {
                heard = said.ToString();
            }

            switch (e)
            {
                case OperationCanceledException:
                    throw;
                case TimeoutException:
                    throw new LocalHostException($"Azurite did not listen within {options.StartTimeout.TotalSeconds:0} seconds. {heard}", e);
                default:
                    var taken = TakenPort().Match(heard);
                    throw new LocalHostException(
                        taken.Success
                            ? $"Port {taken.Groups["port"].Value} is taken by another program; Azurite cannot use it."
                            : $"Azurite did not start: {heard}",
                        e);
            }
        }

        options = options with { BlobPort = ports["Blob"], QueuePort = ports["Queue"], TablePort = ports["Table"] };
        process = started;

        void Hear(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (said)
            {
                // Only what helps to understand a failed start is of use.
                if (said.Length < 10_000)
                {
                    said.AppendLine(line);
                }

                if (Listening().Match(line) is { Success: true } match)
                {
                    ports[match.Groups["service"].Value] = int.Parse(match.Groups["port"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
                    if (ports.Count == 3)
                    {
                        listening.TrySetResult();
                    }
                }
            }
        }
    }

    /// <summary>Stops it, its data written down; returns when the process is gone.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } running)
        {
            await EndAsync(running);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static string KeyOf(string account) => account == AccountName ? AccountKey : FurtherAccountKey;

    private static async Task EndAsync(Process running)
    {
        using (running)
        {
            try
            {
                running.StandardInput.Close();
            }
            catch (IOException)
            {
                // It is gone already.
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
            try
            {
                await running.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                running.Kill(entireProcessTree: true);
                await running.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private Process StartNode()
    {
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] arguments =
        [
            Path.Combine(folder, "start.js"),
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--silent",
            "--blobHost", "127.0.0.1", "--blobPort", Port(options.BlobPort),
            "--queueHost", "127.0.0.1", "--queuePort", Port(options.QueuePort),
            "--tableHost", "127.0.0.1", "--tablePort", Port(options.TablePort),

            // Seconds. After its own five a connection might be closed just when a client, which keeps it for longer, sends on it.
            "--blobKeepAliveTimeout", "600", "--queueKeepAliveTimeout", "600", "--tableKeepAliveTimeout", "600",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (options.DataFolder is { } data)
        {
            start.ArgumentList.Add("--location");
            start.ArgumentList.Add(Directory.CreateDirectory(data).FullName);
        }
        else
        {
            start.ArgumentList.Add("--inMemoryPersistence");
        }

        // Set in any case: one that the user has set for an Azurite of their own would take the usual account away.
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(
            ';', options.Accounts.Prepend(AccountName).Select(account => $"{account}:{KeyOf(account)}"));
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LocalHostException("node was not found. Azurite, the storage emulator, needs Node.js 20 or later: https://nodejs.org/", e);
        }

        static string Port(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"EADDRINUSE.*:(?<port>\d+)")]
    private static partial Regex TakenPort();
}
