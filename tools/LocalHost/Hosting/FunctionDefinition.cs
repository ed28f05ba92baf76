using System.Text.Json;
using Cronos;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A function as its worker describes it.</summary>
public sealed record FunctionDefinition(string Id, string Name, Trigger Trigger)
{
    internal static FunctionDefinition Parse(RpcFunctionMetadata metadata)
    {
        var binding = metadata.RawBindings
            .Select(raw => JsonSerializer.Deserialize<Binding>(raw, JsonSerializerOptions.Web)!)
            .First(binding => binding.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));
        return new FunctionDefinition(metadata.FunctionId, metadata.Name, binding.Type switch
        {
            "blobTrigger" when binding.Path!.Split('/') is [var container, ['{', .. var token, '}']] => new BlobTrigger(
                binding.Name,
                container,
                token,
                binding.Connection ?? "Storage",
                binding.Properties?.GetValueOrDefault("supportsDeferredBinding").ToString() == bool.TrueString),
            "timerTrigger" => new TimerTrigger(binding.Name, CronExpression.Parse(binding.Schedule!, CronFormat.IncludeSeconds)),
            "httpTrigger" => new HttpTrigger(
                binding.Name,
                binding.Route ?? metadata.Name,
                binding.Methods ?? [],
                !string.Equals(binding.AuthLevel, "anonymous", StringComparison.OrdinalIgnoreCase)),
            _ => throw new LocalHostException(
                $"{metadata.Name}: the local host knows no {binding.Type} {binding.Path}, only blobTrigger of a path such as outbound/{{name}}, timerTrigger and httpTrigger."),
        });
    }

    /// <summary>What the bindings of all three triggers may say.</summary>
    private sealed record Binding(
        string Name,
        string Type,
        string? Path,
        string? Connection,
        Dictionary<string, JsonElement>? Properties,
        string? Schedule,
        string? Route,
        string[]? Methods,
        string? AuthLevel);
}
