using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Hazchem.Simulator;

/// <summary>Hazchem's API over HTTP on 127.0.0.1, with the control API beside it. Everything is kept in memory.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 256L << 20;

    private readonly WebApplication _app;

    private SimulatorServer(WebApplication app, HazchemNetwork network)
    {
        _app = app;
        Network = network;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First() + "/");
    }

    /// <summary>Such as <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Where the control API is.</summary>
    public Uri ControlAddress => new(Address, ControlApi.Prefix + "/");

    /// <summary>What the simulated Hazchem knows and holds.</summary>
    public HazchemNetwork Network { get; }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        // The empty builder reads no configuration, so that whatever else runs in this process keeps its own.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));

        var app = builder.Build();
        var network = new HazchemNetwork(options);
        var frontDoor = new FrontDoor(network, options.TimeProvider ?? TimeProvider.System, app.Lifetime.ApplicationStopping);
        app.Run(frontDoor.HandleAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new SimulatorServer(app, network);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
