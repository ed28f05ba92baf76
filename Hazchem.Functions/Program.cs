using System.Net;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Hosting.CustomHandler;
using Hazchem.Functions.Outbound;
using Microsoft.Extensions.Logging.Console;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled));
    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, HandlerPort.Read(builder.Configuration)));
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HandlerPort.ShutdownTimeout);
    builder.Services.AddApp(builder.Configuration).AddFunctions();

    var app = builder.Build();
    app.MapFunctions();
    app.Services.GetRequiredService<HazchemSettings>().LogProblems(app.Logger);
    app.Services.GetRequiredService<OutboundSettings>().LogMode(app.Logger);
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
