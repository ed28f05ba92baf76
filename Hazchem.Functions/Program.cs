using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Hosting;
#if ISOLATED_WORKER
using Hazchem.Functions.Hosting.IsolatedWorker;
#else
using Hazchem.Functions.Hosting.CustomHandler;
#endif
using Hazchem.Functions.Outbound;

try
{
    var app = FrontDoor.Build(args);
    var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Hazchem.Functions");
    app.Services.GetRequiredService<HazchemSettings>().LogProblems(logger);
    app.Services.GetRequiredService<OutboundSettings>().LogMode(logger);
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
