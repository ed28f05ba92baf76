using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>The local host as a program of its own, as a developer runs it.</summary>
internal sealed class LocalHostProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalHostProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    public static LocalHostProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Hazchem.LocalHost.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var host = new LocalHostProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        host.process.OutputDataReceived += (_, line) => host.Hear(host.output, line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Hear(host.errors, line.Data);
        host.process.Exited += (_, _) => host.ready.TrySetException(new InvalidOperationException("The local host ended before it was ready."));
        host.process.Start();
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        return host;
    }

    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ready.Task.WaitAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message} {Output}{Errors}", e);
        }
    }

    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <param name="signal">Such as <c>KILL</c>. Windows has no signals; there it is killed.</param>
    public async Task SendAsync(string signal, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || signal == "KILL")
        {
            process.Kill();
            return;
        }

        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Hear(StringBuilder heard, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (heard)
        {
            heard.AppendLine(line);
        }

        if (line.StartsWith("Ready.", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }
}
