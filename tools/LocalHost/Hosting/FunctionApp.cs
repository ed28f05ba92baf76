using System.Globalization;
using System.Text.Json;
using Cronos;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A published function app with a custom handler: what its <c>host.json</c> and <c>function.json</c> files say.</summary>
public sealed record FunctionApp
{
    public required string Folder { get; init; }

    /// <summary>The handler's full path, or the bare name of a program in the PATH.</summary>
    public required string ExecutablePath { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required bool ForwardsHttpRequests { get; init; }

    public required string RoutePrefix { get; init; }

    public required TimeSpan FunctionTimeout { get; init; }

    /// <summary>Blobs handled at once.</summary>
    public required int MaxDegreeOfParallelism { get; init; }

    /// <summary>Attempts until a blob is named in the poison queue.</summary>
    public required int PoisonBlobThreshold { get; init; }

    /// <summary>With OpenTelemetry the host sends <c>traceparent</c>, and only then.</summary>
    public required bool SendsTraceParent { get; init; }

    public required IReadOnlyList<FunctionDefinition> Functions { get; init; }

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <param name="setting">Looks up an app setting, for names in percent signs.</param>
    public static FunctionApp Load(string folder, Func<string, string?> setting)
    {
        folder = Path.GetFullPath(folder);
        var hostFile = Path.Combine(folder, "host.json");
        if (!File.Exists(hostFile))
        {
            throw new LocalHostException($"{folder} has no host.json; it must be a folder that 'dotnet publish Hazchem.Functions -o <folder>' made.");
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(hostFile), Lenient);
        var host = json.RootElement;
        var handler = Find(host, "customHandler");
        if (Find(handler, "description", "defaultExecutablePath")?.GetString() is not { Length: > 0 } executable)
        {
            throw new LocalHostException($"{hostFile} names no customHandler.description.defaultExecutablePath.");
        }

        return new FunctionApp
        {
            Folder = folder,
            ExecutablePath = Executable(folder, executable),
            Arguments = Find(handler, "description", "arguments") is { } arguments
                ? [.. arguments.EnumerateArray().Select(argument => argument.GetString()!)]
                : [],
            ForwardsHttpRequests = Find(handler, "enableForwardingHttpRequest")?.GetBoolean() ?? false,
            RoutePrefix = (Find(host, "extensions", "http", "routePrefix")?.GetString() ?? "api").Trim('/'),
            FunctionTimeout = Find(host, "functionTimeout")?.GetString() is { } timeout
                ? TimeSpan.Parse(timeout, CultureInfo.InvariantCulture)
                : TimeSpan.FromMinutes(30),
            MaxDegreeOfParallelism = Find(host, "extensions", "blobs", "maxDegreeOfParallelism")?.GetInt32() ?? 8 * Environment.ProcessorCount,
            PoisonBlobThreshold = Find(host, "extensions", "blobs", "poisonBlobThreshold")?.GetInt32() ?? 5,
            SendsTraceParent = string.Equals(Find(host, "telemetryMode")?.GetString(), "OpenTelemetry", StringComparison.OrdinalIgnoreCase),
            Functions =
            [
                .. Directory.EnumerateDirectories(folder)
                    .Order(StringComparer.Ordinal)
                    .Where(function => File.Exists(Path.Combine(function, "function.json")))
                    .Select(function => LoadFunction(function, setting)),
            ],
        };
    }

    private static string Executable(string folder, string executable)
    {
        var inFolder = Path.GetFullPath(executable, folder);
        return !File.Exists(inFolder) && Path.GetFileName(executable) == executable ? executable : inFolder;
    }

    private static FunctionDefinition LoadFunction(string folder, Func<string, string?> setting)
    {
        var file = Path.Combine(folder, "function.json");
        using var json = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
        foreach (var binding in json.RootElement.GetProperty("bindings").EnumerateArray())
        {
            var type = binding.GetProperty("type").GetString()!;
            if (!type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            return new FunctionDefinition(Path.GetFileName(folder), LoadTrigger(type, binding));
        }

        throw new LocalHostException($"{file} has no trigger.");

        Trigger LoadTrigger(string type, JsonElement binding)
        {
            var name = binding.GetProperty("name").GetString()!;
            switch (type.ToUpperInvariant())
            {
                case "BLOBTRIGGER":
                    return BlobTrigger.Parse(
                        name,
                        Resolve(binding.GetProperty("path").GetString()!),
                        Find(binding, "connection")?.GetString() ?? "Storage",
                        Find(binding, "properties", "supportsDeferredBinding") is { } deferred && IsTrue(deferred));
                case "TIMERTRIGGER":
                    return new TimerTrigger(
                        name,
                        ParseSchedule(Resolve(binding.GetProperty("schedule").GetString()!)),
                        Find(binding, "runOnStartup") is { } onStartup && IsTrue(onStartup));
                case "HTTPTRIGGER":
                    return new HttpTrigger(
                        name,
                        Find(binding, "route")?.GetString() ?? Path.GetFileName(folder),
                        Find(binding, "methods") is { } methods ? [.. methods.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())] : [],
                        !string.Equals(Find(binding, "authLevel")?.GetString(), "anonymous", StringComparison.OrdinalIgnoreCase));
                default:
                    throw new LocalHostException($"{file}: the local host knows no {type}, only blobTrigger, timerTrigger and httpTrigger.");
            }
        }

        string Resolve(string value) =>
            value.Length > 2 && value[0] == '%' && value[^1] == '%'
                ? setting(value[1..^1]) ?? throw new LocalHostException($"{file} refers to the setting {value}, which is not set.")
                : value;

        CronExpression ParseSchedule(string schedule)
        {
            try
            {
                return CronExpression.Parse(schedule, CronFormat.IncludeSeconds);
            }
            catch (CronFormatException e)
            {
                throw new LocalHostException($"{file}: '{schedule}' is no schedule of six fields, seconds first: {e.Message}", e);
            }
        }
    }

    // Tools write these flags as true or as "true".
    private static bool IsTrue(JsonElement value) =>
        value.ValueKind == JsonValueKind.True
        || (value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), "true", StringComparison.OrdinalIgnoreCase));

    private static JsonElement? Find(JsonElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(name, out var child))
            {
                return null;
            }

            element = child;
        }

        return element is { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } ? null : element;
    }
}
