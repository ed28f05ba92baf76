using System.CommandLine;
using Hazchem.Simulator;

var port = new Option<int>("--port") { Description = "The port on 127.0.0.1; 0 takes a free one.", DefaultValueFactory = _ => 7071 };
var file = new Option<FileInfo?>("--file") { Description = "A scenario: keys, consignments, documents and settings (docs/simulator.md)." };
var command = new RootCommand("Hazchem's API on this machine, with faults on demand.") { port, file };
command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(port), parsed.GetValue(file), cancellationToken));
return await command.Parse(args).InvokeAsync();

static async Task<int> RunAsync(int port, FileInfo? file, CancellationToken cancellationToken)
{
    try
    {
        var scenario = file is null ? new Scenario() : await Scenario.ReadAsync(file, cancellationToken);
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { Port = port }, cancellationToken);
        scenario.ApplyTo(server.Network);
        Console.WriteLine($"Hazchem's API: {server.Address}");
        Console.WriteLine($"Control API:   {server.ControlAddress}");
        Console.WriteLine("Ctrl+C ends it.");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
    catch (Exception e) when (e is IOException or ArgumentException or InvalidDataException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
}
