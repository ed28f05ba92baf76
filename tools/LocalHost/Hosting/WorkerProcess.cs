using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Hazchem.LocalHost.Hosting;

/// <summary>The worker that <c>worker.config.json</c> names, as a child process, started as the host starts it.</summary>
internal sealed class WorkerProcess : IWorkerProcess
{
    private readonly Process process;

    private WorkerProcess(Process process)
    {
        this.process = process;
        ProcessId = process.Id;
        Ended = WaitAsync();
    }

    public int? ProcessId { get; }

    public Task<int> Ended { get; }

    public static Task<IWorkerProcess> StartAsync(WorkerStart start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = Guid.NewGuid().ToString();
        var longest = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        var info = new ProcessStartInfo(
            start.App.ExecutablePath,
            [
                .. start.App.Arguments,
                "--host", start.Host.Host,
                "--port", start.Host.Port.ToString(CultureInfo.InvariantCulture),
                "--workerId", start.WorkerId,
                "--requestId", request,
                "--grpcMaxMessageLength", longest,
                "--functions-uri", start.Host.AbsoluteUri,
                "--functions-worker-id", start.WorkerId,
                "--functions-request-id", request,
                "--functions-grpc-max-message-length", longest,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.App.Folder,
        };
        info.Environment.Clear();
        foreach (var (name, value) in start.Environment)
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
            throw new LocalHostException($"{start.App.ExecutablePath}, which worker.config.json names, did not start: {e.Message}", e);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return Task.FromResult<IWorkerProcess>(new WorkerProcess(process));

        void Say(string? line, bool isError)
        {
            if (line is not null)
            {
                start.Output(line, isError);
            }
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
}
