using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>A resource of a compiled template, with the module's own values beside it.</summary>
/// <param name="Json">As compiled: what is not written out is an expression in brackets.</param>
/// <param name="Template">The module that it is in.</param>
/// <param name="Given">What the module is given, by parameter.</param>
/// <param name="Outer">The template that gives it.</param>
internal sealed partial record DeployedResource(JsonObject Json, JsonObject Template, JsonObject Given, JsonObject Outer)
{
    public string Type => (string)Json["type"]!;

    public string Name => (string)Json["name"]!;

    public JsonNode? Properties => Json["properties"];

    /// <summary>The last part of its name; of each where it is made once for each entry of an array.</summary>
    public IEnumerable<string> LastNames
    {
        get
        {
            var last = LastPart().Match(Name);
            return !last.Success ? [Name]
                : last.Groups["word"].Success ? [last.Groups["word"].Value]
                : Resolve(last.Groups["kind"].Value, last.Groups["name"].Value) is JsonArray names ? names.Select(name => (string)name!)
                : [(string)Resolve(last.Groups["kind"].Value, last.Groups["name"].Value)!];
        }
    }

    /// <summary>All resources of a template and of its modules.</summary>
    public static IReadOnlyList<DeployedResource> AllOf(JsonObject template) => [.. Expand(template, [], template)];

    private static IEnumerable<DeployedResource> Expand(JsonObject template, JsonObject given, JsonObject outer)
    {
        // With names it is an object, and without an array.
        var resources = template["resources"] is JsonObject named ? named.Select(resource => resource.Value) : template["resources"]!.AsArray();
        foreach (var resource in resources.Select(resource => resource!.AsObject()))
        {
            if ((string?)resource["type"] == "Microsoft.Resources/deployments")
            {
                foreach (var inner in Expand(resource["properties"]!["template"]!.AsObject(), resource["properties"]!["parameters"]!.AsObject(), template))
                {
                    yield return inner;
                }
            }
            else if (resource["existing"] is null)
            {
                yield return new DeployedResource(resource, template, given, outer);
            }
        }
    }

    /// <summary>A parameter's value where the outer template writes it out or names a variable of its own for it.</summary>
    public JsonNode? Resolve(string kind, string name) =>
        kind == "variables" ? Template["variables"]?[name]
        : Given[name]?["value"] is not { } value ? null
        : LastPart().Match(value.ToString()) is { Success: true } outer && outer.Groups["kind"].Value == "variables" ? Outer["variables"]?[outer.Groups["name"].Value]
        : value;

    // 'word')], parameters('name')] or variables('name')[copyIndex()])].
    [GeneratedRegex(@"(?:'(?<word>[^']*)'|(?<kind>parameters|variables)\('(?<name>[^']*)'\)(?:\[copyIndex\(\)\])?)\)?\]$")]
    private static partial Regex LastPart();
}
