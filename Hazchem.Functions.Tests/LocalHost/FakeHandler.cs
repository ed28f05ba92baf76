using System.Net;
using Hazchem.LocalHost.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>A custom handler inside the test: it listens on the port it is given and answers as the test says.</summary>
internal sealed class FakeHandler : IHandler
{
    public const int KilledExitCode = 137;

    private readonly WebApplication web;
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeHandler(WebApplication web) => this.web = web;

    public int? ProcessId => null;

    public Task<int> Ended => ended.Task;

    public static async Task<IHandler> StartAsync(HandlerStart start, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, start.Port));
        var web = builder.Build();
        web.Run(answer);
        await web.StartAsync(cancellationToken);
        return new FakeHandler(web);
    }

    public void RequestStop() => End(0);

    public void Kill() => End(KilledExitCode);

    /// <summary>Ends as a process does: its connections are gone, then it has an exit code.</summary>
    public void End(int exitCode) => _ = EndAsync(exitCode);

    private async Task EndAsync(int exitCode)
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await web.StopAsync(atOnce.Token);
        await web.DisposeAsync();
        ended.TrySetResult(exitCode);
    }
}
