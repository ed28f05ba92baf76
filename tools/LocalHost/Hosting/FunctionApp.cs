namespace Hazchem.LocalHost.Hosting;

/// <summary>A published function app: what its <c>host.json</c> and <c>worker.config.json</c> say.</summary>
public sealed record FunctionApp
{
    private const string HostSetting = "AzureFunctionsJobHost__";

    public required string Folder { get; init; }

    /// <summary>Of the worker: a full path, or the bare name of a program in the PATH.</summary>
    public required string ExecutablePath { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string RoutePrefix { get; init; }

    public required TimeSpan FunctionTimeout { get; init; }

    /// <summary>Blobs handled at once.</summary>
    public required int MaxDegreeOfParallelism { get; init; }

    /// <summary>Attempts until a blob is named in the poison queue.</summary>
    public required int PoisonBlobThreshold { get; init; }

    /// <param name="settings">Those that begin with <c>AzureFunctionsJobHost__</c> override <c>host.json</c>.</param>
    public static FunctionApp Load(string folder, IReadOnlyDictionary<string, string> settings)
    {
        folder = Path.GetFullPath(folder);
        var host = Read("host.json").AddInMemoryCollection(settings
            .Where(setting => setting.Key.StartsWith(HostSetting, StringComparison.OrdinalIgnoreCase))
            .Select(setting => KeyValuePair.Create(setting.Key[HostSetting.Length..].Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value))).Build();
        var worker = Read("worker.config.json").Build().GetSection("description");
        var executable = worker["defaultExecutablePath"]!;
        var inFolder = Path.Combine(folder, executable);
        return new FunctionApp
        {
            Folder = folder,
            ExecutablePath = File.Exists(inFolder) ? inFolder : executable,
            Arguments =
            [
                .. worker.GetSection("arguments").Get<string[]>() ?? [],
                .. worker["defaultWorkerPath"] is { } assembly ? [Path.Combine(folder, assembly)] : Array.Empty<string>(),
            ],
            RoutePrefix = (host["extensions:http:routePrefix"] ?? "api").Trim('/'),
            FunctionTimeout = host.GetValue("functionTimeout", TimeSpan.FromMinutes(30)),
            MaxDegreeOfParallelism = host.GetValue("extensions:blobs:maxDegreeOfParallelism", 8 * Environment.ProcessorCount),
            PoisonBlobThreshold = host.GetValue("extensions:blobs:poisonBlobThreshold", 5),
        };

        IConfigurationBuilder Read(string file)
        {
            var path = Path.Combine(folder, file);
            return File.Exists(path)
                ? new ConfigurationBuilder().AddJsonFile(path)
                : throw new LocalHostException($"{folder} has no {file}; it must be a folder that 'dotnet publish Hazchem.Functions -o <folder>' made.");
        }
    }
}
