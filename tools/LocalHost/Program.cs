using System.CommandLine;
using System.Security.Cryptography;
using Hazchem.LocalHost;
using Hazchem.LocalHost.Demo;

var port = new Option<int>("--port") { Description = "The functions' port: HTTP and /admin. A free one unless told." };
var keys = new Option<bool>("--keys") { Description = "Ask for function keys, as Azure does. A key is made and printed." };
var blobPort = new Option<int>("--blob-port") { Description = "Azurite's port for blobs. A free one unless told." };
var queuePort = new Option<int>("--queue-port") { Description = "Azurite's port for queues. A free one unless told." };
var tablePort = new Option<int>("--table-port") { Description = "Azurite's port for tables. A free one unless told." };
var data = new Option<DirectoryInfo?>("--data") { Description = "The folder for storage's data and the published app. Default: .local/data in the repository." };
var app = new Option<DirectoryInfo?>("--app") { Description = "A folder that 'dotnet publish Hazchem.Functions -o DIR' made, instead of building." };
var configuration = new Option<string>("--configuration", "-c") { Description = "What the app is published as.", DefaultValueFactory = _ => "Debug" };
var json = new Option<bool>("--json") { Description = "The outcome as JSON on stdout, and nothing else there." };
configuration.AcceptOnlyFromAmong("Debug", "Release");

var demo = new Command("demo", "Sends and fetches sample documents and checks each at the other end; 0 only if every one ended as expected.") { app, configuration, json };
demo.SetAction(parsed => GuardAsync(
    parsed.GetValue(json) ? Screen.OnStandardError() : Screen.OnStandardOutput(),
    (screen, ended) => DemoCommand.RunAsync(parsed.GetValue(app)?.FullName, parsed.GetValue(configuration)!, parsed.GetValue(json), screen, ended)));

var command = new RootCommand("The app on this machine, behind a stand-in for the Functions host, with Azurite and a simulated Hazchem.")
{
    port, keys, blobPort, queuePort, tablePort, data, app, configuration, demo,
};
command.SetAction(parsed => GuardAsync(
    Screen.OnStandardOutput(),
    (screen, ended) => RunCommand.RunAsync(
        new LocalInstallationOptions
        {
            DataFolder = parsed.GetValue(data)?.FullName ?? Path.Combine(RepositoryRoot.Find(), ".local", "data"),
            AppFolder = parsed.GetValue(app)?.FullName,
            Configuration = parsed.GetValue(configuration)!,
            Port = parsed.GetValue(port),
            FunctionKey = parsed.GetValue(keys) ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) : null,
            BlobPort = parsed.GetValue(blobPort),
            QueuePort = parsed.GetValue(queuePort),
            TablePort = parsed.GetValue(tablePort),
        },
        screen,
        ended)));

return await command.Parse(args).InvokeAsync(new InvocationConfiguration
{
    // Signals are taken by Lifetime: two seconds, the default here, are too short for the app to finish its work.
    ProcessTerminationTimeout = null,
});

static async Task<int> GuardAsync(Screen screen, Func<Screen, CancellationToken, Task<int>> run)
{
    using var lifetime = new Lifetime();
    try
    {
        return await run(screen, lifetime.Ended);
    }
    catch (LocalHostException e)
    {
        screen.Error(e.Message);
        return 1;
    }
    catch (OperationCanceledException) when (lifetime.Ended.IsCancellationRequested)
    {
        return 130;
    }
}
