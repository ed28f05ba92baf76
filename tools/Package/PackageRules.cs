using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hazchem.Package;

/// <summary>What a published app must be to start on Azure Functions, Flex Consumption, on Linux.</summary>
internal static partial class PackageRules
{
    /// <summary>
    /// In bytes. The app is some 105 MB; what is far more has come along by mistake, and every start of an instance waits for it.
    /// </summary>
    public const long LargestPackage = 150_000_000;

    private const string WorkerConfig = "worker.config.json";
    private const string WorkerFunctions = "functions.metadata";

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
        var host = Read<JsonObject>(folder, "host.json", faults);
        if (host is not null && (string?)host["version"] != "2.0")
        {
            faults.Add("host.json is not of version 2.0.");
        }

        CheckWorker(folder, faults);
        CheckFunctions(folder, faults);
        return faults;
    }

    /// <summary>What the host starts the worker by, and the extensions that come with it.</summary>
    private static void CheckWorker(string folder, List<string> faults)
    {
        if (Read<JsonObject>(folder, WorkerConfig, faults)?["description"] is { } worker)
        {
            if ((string?)worker["language"] != "dotnet-isolated")
            {
                faults.Add($"{WorkerConfig} is not of dotnet-isolated.");
            }

            var program = (string?)worker["defaultWorkerPath"] ?? "";
            if (!File.Exists(Path.Combine(folder, program)))
            {
                faults.Add($"{WorkerConfig} names {program}, which is not there.");
            }
        }

        if (!Directory.Exists(Path.Combine(folder, ".azurefunctions")))
        {
            faults.Add("There is no folder .azurefunctions, which has the host's extensions.");
        }
    }

    private static void CheckFunctions(string folder, List<string> faults)
    {
        if (Read<JsonArray>(folder, WorkerFunctions, faults) is not { } functions)
        {
            return;
        }

        if (functions.Count == 0)
        {
            faults.Add($"{WorkerFunctions} has no function.");
        }

        foreach (var function in functions)
        {
            CheckTrigger($"{WorkerFunctions}, {(string?)function?["name"]},", function, faults);
        }
    }

    private static void CheckTrigger(string where, JsonNode? function, List<string> faults)
    {
        var triggers = (function?["bindings"] as JsonArray ?? [])
            .Where(binding => ((string?)binding?["type"])?.EndsWith("Trigger", StringComparison.Ordinal) == true).ToList();
        if (triggers.Count != 1)
        {
            faults.Add($"{where} has {triggers.Count} triggers instead of one.");
        }
        else if ((string?)triggers[0]!["type"] == "blobTrigger" && (string?)triggers[0]!["source"] != "EventGrid")
        {
            faults.Add($"{where} would poll, which Flex Consumption does not do: publish with -p:BlobTriggerSource=EventGrid.");
        }
    }

    private static T? Read<T>(string folder, string name, List<string> faults)
        where T : JsonNode
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            faults.Add($"There is no {name}.");
            return null;
        }

        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is T read)
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Said below, as for what is JSON of another kind.
        }

        faults.Add($"{name} is no JSON {(typeof(T) == typeof(JsonArray) ? "array" : "object")}.");
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
