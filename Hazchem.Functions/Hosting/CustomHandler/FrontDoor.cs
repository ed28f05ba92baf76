using System.Net;
using Microsoft.Extensions.Logging.Console;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>The app as the Functions host's custom handler: a web server that the host asks to run functions.</summary>
internal static class FrontDoor
{
    /// <exception cref="SettingsException">A setting is wrong that concerns more than one depot.</exception>
    public static IHost Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, HandlerPort.Read(builder.Configuration)));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HandlerPort.ShutdownTimeout);
        builder.Services.AddApp(builder.Configuration).AddFunctions().AddSingleton<Invoker>();

        var app = builder.Build();
        app.MapFunctions();
        return app;
    }
}
