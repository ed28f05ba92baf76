using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Package;

/// <summary>What the published folder must be to start on Azure Functions. FunctionsMetadataTests has what the host reads in it.</summary>
public sealed partial class PublishedAppTests
{
    /// <summary>In bytes. The app is some 140 MB; far more has come along by mistake, and every instance waits for it at its start.</summary>
    private const long LargestFolder = 200_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Published_folder_has_what_belongs_there_and_no_more()
    {
        var files = Directory.EnumerateFiles(AppProcess.Folder, "*", SearchOption.AllDirectories).ToList();

        files.Select(file => Path.GetRelativePath(AppProcess.Folder, file).Replace('\\', '/')).Should()
            .Contain([".azurefunctions/Microsoft.Azure.WebJobs.Extensions.Storage.Blobs.dll", "extensions.json", "magick/policy.xml", "pdfium/pdfium.wasm"]).And
            .NotContain(name => Stray().IsMatch(name));
        files.Sum(file => new FileInfo(file).Length).Should().BeLessThan(LargestFolder);
    }

    [Fact]
    public async Task Host_starts_the_worker_and_takes_its_extensions_from_the_folder()
    {
        var host = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppProcess.Folder, "host.json"), Cancellation))!.AsObject();
        var worker = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppProcess.Folder, "worker.config.json"), Cancellation))!["description"]!;

        ((string?)host["version"]).Should().Be("2.0");
        host.Select(setting => setting.Key).Should().BeEquivalentTo(
            ["version", "functionTimeout", "telemetryMode", "logging", "extensions"], "anything else, a bundle of extensions too, would be another way to start");
        ((string?)worker["language"]).Should().Be("dotnet-isolated");
        ((string?)worker["defaultExecutablePath"]).Should().Be("dotnet", "a zip made on Windows has no execute bit");
    }

    [Theory]
    [InlineData(null, "-p:BlobTriggerSource=EventGrid")]
    [InlineData("EventGrid")]
    public async Task Build_for_Event_Grid_is_for_Flex_Consumption(string? environment, params string[] arguments)
    {
        var (code, output) = await EvaluateAsync(environment, [.. arguments, "-getProperty:DefineConstants,RuntimeIdentifier,PublishReadyToRun,InvariantGlobalization"]);

        code.Should().Be(0, output);
        var properties = JsonNode.Parse(output)!["Properties"]!;
        ((string?)properties["DefineConstants"])!.Split(';').Should().Contain("BLOBS_FROM_EVENT_GRID");
        ((string?)properties["RuntimeIdentifier"]).Should().Be("linux-x64");
        ((string?)properties["PublishReadyToRun"]).Should().Be("true");
        ((string?)properties["InvariantGlobalization"]).Should().Be("true");
    }

    [Fact]
    public async Task Build_is_asked_for_a_source_that_there_is_not_fails()
    {
        var (code, output) = await EvaluateAsync("Polling", "-t:CheckBlobTriggerSource");

        code.Should().Be(1);
        output.Should().Contain("BlobTriggerSource is EventGrid or is left out, and not Polling.");
    }

    private static async Task<(int Code, string Output)> EvaluateAsync(string? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["msbuild", Path.Combine(RepositoryRoot.Find(), "Hazchem.Functions"), "-nologo", "-nodeReuse:false", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["BlobTriggerSource"] = environment;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, output);
    }

    /// <summary>Sources, tests, other machines' programs, and settings that may have keys in them.</summary>
    [GeneratedRegex(
        @"(^|/)(local\.settings.*\.json|appsettings\.Development\.json|packages\.lock\.json|node_modules|obj|TestResults)(/|$)"
        + @"|(^|/)(xunit|FluentAssertions|Azurite|Hazchem\.(Simulator|LocalHost|Samples|Fuzz|Benchmarks|Functions\.Tests))[^/]*$"
        + @"|(^|/)runtimes/(win|osx)[^/]*/native/"
        + @"|\.(cs|csproj|user|bicep|zip)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stray();
}
