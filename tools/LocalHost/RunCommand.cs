using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Hazchem.LocalHost.Azurite;
using Hazchem.LocalHost.Hosting;

namespace Hazchem.LocalHost;

/// <summary>Runs the app until it is told to end.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(LocalInstallationOptions options, Screen screen, CancellationToken ended)
    {
        await using var installation = await LocalInstallation.StartAsync(
            options with { Progress = screen.Progress, Observer = screen.Show },
            ended);
        ShowAddresses(installation, options, screen);

        var stopped = Task.Delay(Timeout.Infinite, ended);
        if (await Task.WhenAny(stopped, installation.Host.GaveUp) == stopped)
        {
            screen.Progress("Ending.");
            return 0;
        }

        screen.Error(await installation.Host.GaveUp);
        return 1;
    }

    /// <summary>A SAS for everything in the emulator, so that a plain HTTP client can do what a TMS does.</summary>
    private static string SignatureOf(AzuriteProcess azurite) =>
        new BlobServiceClient(azurite.ConnectionString)
            .GenerateAccountSasUri(new AccountSasBuilder(
                AccountSasPermissions.All,
                TimeProvider.System.GetUtcNow().AddDays(7),
                AccountSasServices.Blobs | AccountSasServices.Queues | AccountSasServices.Tables,
                AccountSasResourceTypes.All)
            {
                Protocol = SasProtocol.HttpsAndHttp,
            })
            .Query;

    private static void ShowAddresses(LocalInstallation installation, LocalInstallationOptions options, Screen screen)
    {
        screen.Heading("Ready. Ctrl+C ends it.");
        var functions = installation.Host.Functions;
        if (installation is { DocumentsAreInAzurite: true, Azurite: { } azurite })
        {
            foreach (var trigger in functions.Select(function => function.Trigger).OfType<BlobTrigger>())
            {
                screen.Plain($"  drop files here    {azurite.BlobEndpoint}/{trigger.Container}");
            }

            screen.Plain($"  tables             {azurite.TableEndpoint}");
            screen.Plain($"  queues             {azurite.QueueEndpoint}");
            screen.Plain($"  connection string  {azurite.ConnectionString}");
            screen.Plain($"  signature for curl {SignatureOf(azurite)}");
        }

        foreach (var (_, name, trigger) in functions)
        {
            if (trigger is HttpTrigger http)
            {
                var route = http.Route.Split('{')[0];
                screen.Plain($"  {name,-17}  {new Uri(installation.Host.Address, $"/{installation.Host.App.RoutePrefix}/{route}")}");
            }
        }

        if (installation.Simulator is { } simulator)
        {
            screen.Plain($"  Hazchem simulator  {simulator.Address} (control {simulator.ControlAddress})");
        }

        foreach (var (_, name, trigger) in functions)
        {
            if (trigger is not HttpTrigger)
            {
                var body = trigger is BlobTrigger blob ? $"{{\"input\":\"{blob.Container}/<name>\"}}" : "{}";
                screen.Plain($"  run now            POST {new Uri(installation.Host.Address, $"/admin/functions/{name}")} {body}");
            }
        }

        if (options.FunctionKey is { } key)
        {
            screen.Plain($"  x-functions-key    {key}");
        }

        screen.Plain($"  data               {Path.GetFullPath(options.DataFolder)}");
    }
}
