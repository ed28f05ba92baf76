using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hazchem.Package;

/// <summary>What a published app must be to start on Azure Functions, Flex Consumption, on Linux.</summary>
internal static partial class PackageRules
{
    /// <summary>
    /// In bytes. The app is some 95 MB; what is far more has come along by mistake, and every start of an instance waits for it.
    /// </summary>
    public const long LargestPackage = 150_000_000;

    private static readonly byte[] Elf = [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    public static IReadOnlyList<string> FaultsOfSize(long length) =>
        length <= LargestPackage ? [] : [$"The package has {length} bytes, and more than {LargestPackage} means that something has come along by mistake."];

    /// <returns>A sentence for each thing that is wrong; none for a folder that may be packed.</returns>
    public static IReadOnlyList<string> FaultsOf(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [$"There is no folder {folder}."];
        }

        var faults = new List<string>();
        faults.AddRange(FunctionPackage.NamesIn(folder).Where(name => Stray().IsMatch(name)).Select(name => $"{name} does not belong in a package."));
        CheckHost(folder, faults);
        CheckFunctions(folder, faults);
        return faults;
    }

    private static void CheckHost(string folder, List<string> faults)
    {
        if (Read(Path.Combine(folder, "host.json"), "host.json", faults) is not { } host)
        {
            return;
        }

        if ((string?)host["version"] != "2.0")
        {
            faults.Add("host.json is not of version 2.0.");
        }

        if ((string?)host["customHandler"]?["description"]?["defaultExecutablePath"] is not { Length: > 0 } executable)
        {
            faults.Add("host.json names no executable in customHandler.description.defaultExecutablePath.");
            return;
        }

        var path = Path.Combine(folder, executable);
        if (!File.Exists(path))
        {
            faults.Add($"host.json names {executable}, which is not there.");
            return;
        }

        using var stream = File.OpenRead(path);
        var start = new byte[Elf.Length];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.SequenceEqual(Elf))
        {
            faults.Add($"{executable} is no program for Linux: publish with -r linux-x64.");
        }
        else if (!FunctionPackage.IsExecutable(path))
        {
            faults.Add($"{executable} has no execute bit, so the host could not start it.");
        }
    }

    private static void CheckFunctions(string folder, List<string> faults)
    {
        var functions = Directory.EnumerateDirectories(folder).Select(Path.GetFileName)
            .Where(name => File.Exists(Path.Combine(folder, name!, "function.json"))).ToList();
        if (functions.Count == 0)
        {
            faults.Add("There is no folder with a function.json beside host.json.");
        }

        foreach (var name in functions)
        {
            var file = $"{name}/function.json";
            if (Read(Path.Combine(folder, file), file, faults) is not { } function)
            {
                continue;
            }

            var triggers = (function["bindings"] as JsonArray ?? [])
                .Where(binding => ((string?)binding?["type"])?.EndsWith("Trigger", StringComparison.Ordinal) == true).ToList();
            if (triggers.Count != 1)
            {
                faults.Add($"{file} has {triggers.Count} triggers instead of one.");
            }
            else if ((string?)triggers[0]!["type"] == "blobTrigger" && (string?)triggers[0]!["source"] != "EventGrid")
            {
                faults.Add($"{file} would poll, which Flex Consumption does not do: publish with -p:BlobTriggerSource=EventGrid.");
            }
        }
    }

    private static JsonObject? Read(string path, string name, List<string> faults)
    {
        if (!File.Exists(path))
        {
            faults.Add($"There is no {name}.");
            return null;
        }

        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonObject read)
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Said below, as for what is JSON and no object.
        }

        faults.Add($"{name} is no JSON object.");
        return null;
    }

    /// <summary>Debuggers' files, sources, tests, other machines' programs, and settings that have keys in them.</summary>
    [GeneratedRegex(
        @"(^|/)(local\.settings.*\.json|appsettings\.Development\.json|packages\.lock\.json|\.git|\.vs|\.vscode|\.local|node_modules|obj|TestResults)(/|$)"
        + @"|(^|/)(xunit|FluentAssertions|Azurite|Hazchem\.(Simulator|LocalHost|Samples|Fuzz|Benchmarks|Functions\.Tests))[^/]*$"
        + @"|\.(pdb|dbg|cs|csproj|user|exe|bicep|zip)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Stray();
}
