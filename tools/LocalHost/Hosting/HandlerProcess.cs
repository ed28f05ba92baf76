using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hazchem.LocalHost.Hosting;

/// <summary>The handler that <c>host.json</c> names, as a child process.</summary>
internal sealed class HandlerProcess : IHandler
{
    private const int TerminationSignal = 15;

    private readonly Process process;

    private HandlerProcess(Process process)
    {
        this.process = process;
        ProcessId = process.Id;
        Ended = WaitAsync();
    }

    public int? ProcessId { get; }

    public Task<int> Ended { get; }

    public static Task<IHandler> StartAsync(HandlerStart start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var info = new ProcessStartInfo(start.App.ExecutablePath, start.App.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.App.Folder,
        };
        foreach (var name in info.Environment.Keys.Where(name => !start.InheritsVariable(name)).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in start.Settings)
        {
            info.Environment[name] = value;
        }

        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Say(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Say(line.Data, isError: true);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new LocalHostException($"{start.App.ExecutablePath}, which host.json names, did not start: {e.Message}", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return Task.FromResult<IHandler>(new HandlerProcess(process));

        void Say(string? line, bool isError)
        {
            if (line is not null)
            {
                start.Output(line, isError);
            }
        }
    }

    public void RequestStop()
    {
        // Windows has no signal that asks; there the handler is killed, as the host does on idle shutdown.
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!Ended.IsCompleted)
        {
            _ = SendSignal(process.Id, TerminationSignal);
        }
    }

    public void Kill()
    {
        if (!Ended.IsCompleted)
        {
            process.Kill();
        }
    }

    private async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
