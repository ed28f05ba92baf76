using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>The Bicep compiler of the package, on the files of <c>infra/</c>. It needs no network.</summary>
internal static class Bicep
{
    private static readonly Lazy<Task<JsonObject>> Main = new(() => CompileAsync("main.bicep"));
    private static readonly Lazy<Task<JsonObject>> Events = new(() => CompileAsync("events.bicep"));

    public static string Folder { get; } = Path.Combine(RepositoryRoot.Find(), "infra");

    /// <summary>Compiled once for all tests.</summary>
    public static Task<JsonObject> MainAsync()
    {
        SkipElsewhere();
        return Main.Value;
    }

    /// <summary>Compiled once for all tests.</summary>
    public static Task<JsonObject> EventsAsync()
    {
        SkipElsewhere();
        return Events.Value;
    }

    /// <returns>What it wrote to stdout, and all that it had to say of the file and those it names.</returns>
    public static async Task<(string Output, string Said)> RunAsync(string command, string file, CancellationToken cancellationToken)
    {
        SkipElsewhere();
        var compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BicepCompiler").Value!;
        using var process = Process.Start(new ProcessStartInfo(compiler, [command, Path.Combine(Folder, file), "--stdout"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var said = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (await output, await said);
    }

    private static async Task<JsonObject> CompileAsync(string file)
    {
        var (output, said) = await RunAsync("build", file, CancellationToken.None);
        output.Should().NotBeEmpty(said);
        return JsonNode.Parse(output)!.AsObject();
    }

    private static void SkipElsewhere() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
        "The Bicep compiler is restored for Linux on x64 only.");
}
