using System.Reflection;
using System.Text.Json;
using Hazchem.Functions.Hosting.IsolatedWorker;
using Hazchem.LocalHost;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Tests.Hosting.IsolatedWorker;

/// <summary>Holds the two declarations of each trigger together: <c>function.json</c> for the custom handler, attributes for the isolated worker.</summary>
public sealed class TriggersTests
{
    /// <summary>What holds where a declaration says nothing.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Defaults = new()
    {
        ["blobTrigger"] = new() { ["source"] = "logsandcontainerscan" },
        ["timerTrigger"] = new() { ["runOnStartup"] = "false", ["useMonitor"] = "true" },
        ["httpTrigger"] = new() { ["authLevel"] = "function" },
    };

    public static TheoryData<string> Functions { get; } = new(FunctionFiles().Keys);

    [Fact]
    public void Attributes_declare_the_functions_that_have_a_function_json_and_no_other() =>
        Methods().Keys.Should().BeEquivalentTo(FunctionFiles().Keys);

    [Theory]
    [MemberData(nameof(Functions))]
    public void Attributes_of_a_function_say_what_its_function_json_says(string function) =>
        FromAttributes(Methods()[function]).Should().BeEquivalentTo(FromFile(FunctionFiles()[function]));

    private static Dictionary<string, string> FunctionFiles() =>
        Directory.GetFiles(Path.Combine(RepositoryRoot.Find(), "Hazchem.Functions", "Functions"), "function.json", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileName(Path.GetDirectoryName(file))!);

    private static Dictionary<string, MethodInfo> Methods() =>
        typeof(Triggers).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.IsDefined(typeof(FunctionAttribute)))
            .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    private static Dictionary<string, string> FromFile(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var trigger = json.RootElement.GetProperty("bindings").EnumerateArray()
            .Should().ContainSingle(binding => binding.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.Ordinal)).Which;
        var said = new Dictionary<string, string>();
        foreach (var member in trigger.EnumerateObject())
        {
            switch (member.Name)
            {
                // The worker's SDK says both itself, the second of a parameter that is a client.
                case "direction":
                    member.Value.GetString().Should().Be("in");
                    break;
                case "properties":
                    member.Value.EnumerateObject().Should().ContainSingle().Which.Name.Should().Be("supportsDeferredBinding");
                    break;
                case "methods":
                    said[member.Name] = string.Join(',', member.Value.EnumerateArray().Select(method => method.GetString()));
                    break;
                default:
                    said[member.Name] = Plain(member.Name, member.Value.ToString());
                    break;
            }
        }

        foreach (var (name, value) in Defaults[said["type"]])
        {
            said.TryAdd(name, value);
        }

        return said;
    }

    private static Dictionary<string, string> FromAttributes(MethodInfo method)
    {
        var (parameter, trigger) = method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes().Select(attribute => (parameter, attribute)))
            .Should().ContainSingle(pair => pair.attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal)).Which;
        var said = new Dictionary<string, string>
        {
            ["type"] = JsonNamingPolicy.CamelCase.ConvertName(trigger.GetType().Name[..^"Attribute".Length]),
            ["name"] = parameter.Name!,
        };
        foreach (var property in trigger.GetType().GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Public))
        {
            var name = property.Name == nameof(BlobTriggerAttribute.BlobPath) ? "path" : JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            switch (property.GetValue(trigger))
            {
                case null:
                    break;
                case IEnumerable<string> texts:
                    said[name] = string.Join(',', texts);
                    break;
                case { } value:
                    said[name] = Plain(name, value.ToString()!);
                    break;
            }
        }

        return said;
    }

    /// <summary>Words and switches are read in either case, names and paths as they are.</summary>
    private static string Plain(string name, string value) =>
        name is "source" or "runOnStartup" or "useMonitor" or "authLevel" ? value.ToLowerInvariant() : value;
}
