using System.Text.Json;
using Cronos;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A function as its worker describes it.</summary>
public sealed record FunctionDefinition(string Id, string Name, Trigger Trigger)
{
    /// <param name="setting">Looks up an app setting, for names in percent signs.</param>
    internal static FunctionDefinition Parse(RpcFunctionMetadata metadata, Func<string, string?> setting)
    {
        var binding = metadata.RawBindings
            .Select(raw => JsonSerializer.Deserialize<Binding>(raw, JsonSerializerOptions.Web)!)
            .FirstOrDefault(binding => binding.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))
            ?? throw new LocalHostException($"{metadata.Name} has no trigger.");
        return new FunctionDefinition(metadata.FunctionId, metadata.Name, ParseTrigger(metadata.Name, binding, setting));
    }

    private static Trigger ParseTrigger(string function, Binding binding, Func<string, string?> setting)
    {
        switch (binding.Type.ToUpperInvariant())
        {
            case "BLOBTRIGGER":
                return BlobTrigger.Parse(
                    binding.Name,
                    Resolve(binding.Path!),
                    binding.Connection ?? "Storage",
                    binding.Properties?.GetValueOrDefault("supportsDeferredBinding").ToString() == bool.TrueString);
            case "TIMERTRIGGER":
                return new TimerTrigger(binding.Name, ParseSchedule(Resolve(binding.Schedule!)), binding.RunOnStartup);
            case "HTTPTRIGGER":
                return new HttpTrigger(
                    binding.Name,
                    binding.Route ?? function,
                    binding.Methods ?? [],
                    !string.Equals(binding.AuthLevel, "anonymous", StringComparison.OrdinalIgnoreCase));
            default:
                throw new LocalHostException($"{function}: the local host knows no {binding.Type}, only blobTrigger, timerTrigger and httpTrigger.");
        }

        string Resolve(string value) =>
            value.Length > 2 && value[0] == '%' && value[^1] == '%'
                ? setting(value[1..^1]) ?? throw new LocalHostException($"{function} refers to the setting {value}, which is not set.")
                : value;

        CronExpression ParseSchedule(string schedule)
        {
            try
            {
                return CronExpression.Parse(schedule, CronFormat.IncludeSeconds);
            }
            catch (CronFormatException e)
            {
                throw new LocalHostException($"{function}: '{schedule}' is no schedule of six fields, seconds first: {e.Message}", e);
            }
        }
    }

    /// <summary>What the bindings of all three triggers may say.</summary>
    private sealed record Binding(
        string Name,
        string Type,
        string? Path,
        string? Connection,
        string? Schedule,
        bool RunOnStartup,
        string? Route,
        string[]? Methods,
        string? AuthLevel,
        Dictionary<string, JsonElement>? Properties);
}
