using System.Diagnostics;
using System.Text.Json.Nodes;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary>The simulator as its own program.</summary>
public sealed class SimulatorProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("simulator-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_serves_what_its_file_says()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "photo.jpg"), Jpeg(99), Token);
        using var program = Start(
            """
            {
              "depots": { "045": "k45" },
              "consignments": { "HZ1": { "requesting": "045" } },
              "documents": [ { "consignmentNumber": "HZ1", "documentType": "DELIVERY_IMAGE", "file": "photo.jpg" } ],
              "settings": { "limits": { "deliveryImage": 10 } }
            }
            """);
        try
        {
            var line = await program.StandardOutput.ReadLineAsync(Token);
            using var http = new HttpClient { BaseAddress = new Uri(line!.Split(' ')[^1]) };
            http.DefaultRequestHeaders.Add("X-Api-Key", "k45");

            var page = JsonNode.Parse(await http.GetStringAsync(Since, Token))!;
            var settings = JsonNode.Parse(await http.GetStringAsync("/_simulator/settings", Token))!;

            ((int)page["documents"]![0]!["length"]!).Should().Be(99);
            ((int)settings["limits"]!["deliveryImage"]!).Should().Be(10);
        }
        finally
        {
            program.Kill();
        }
    }

    [Theory]
    [InlineData("""{ "depot": {} }""", "depot")]
    [InlineData("""{ "depots": { "45": "k" } }""", "three digits")]
    [InlineData("""{ "documents": [ { "consignmentNumber": "X", "documentType": "Y", "file": "none.jpg" } ] }""", "none.jpg")]
    [InlineData("{", "JSON")]
    public async Task File_that_is_wrong_stops_the_program_with_the_reason(string scenario, string reason)
    {
        using var program = Start(scenario);

        var error = await program.StandardError.ReadToEndAsync(Token);
        await program.WaitForExitAsync(Token);

        program.ExitCode.Should().Be(1);
        error.Should().Contain(reason);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Process Start(string scenario)
    {
        var file = Path.Combine(_folder.FullName, "scenario.json");
        File.WriteAllText(file, scenario);
        var program = Path.Combine(AppContext.BaseDirectory, "Hazchem.Simulator.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, "--port", "0", "--file", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
