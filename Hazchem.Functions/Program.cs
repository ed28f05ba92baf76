using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Microsoft.Azure.Functions.Worker.Builder;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication().UseMiddleware<FailureLogging>();
    builder.Services.AddApp(builder.Configuration).AddHostedService<ParentWatch>();

    var app = builder.Build();
    var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Hazchem.Functions");
    app.Services.GetRequiredService<HazchemSettings>().LogProblems(logger);
    app.Services.GetRequiredService<OutboundSettings>().LogMode(logger);

    // A wrong connection ends the start here, in one line.
    _ = app.Services.GetRequiredService<DocumentStorage>();
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
