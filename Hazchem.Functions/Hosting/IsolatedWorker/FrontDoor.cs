using Microsoft.Azure.Functions.Worker.Builder;

namespace Hazchem.Functions.Hosting.IsolatedWorker;

/// <summary>The app as a .NET isolated worker of the Functions host, which is asked over gRPC to run functions.</summary>
internal static class FrontDoor
{
    /// <exception cref="SettingsException">A setting is wrong that concerns more than one depot.</exception>
    public static IHost Build(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddApp(builder.Configuration).AddFunctions().AddSingleton<HttpFunctions>();
        return builder.Build();
    }
}
