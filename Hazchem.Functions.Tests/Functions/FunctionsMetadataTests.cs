using System.Text.Json;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Functions;

/// <summary>What the host is told of the functions. A key level or route that changes unseen opens the app.</summary>
public sealed class FunctionsMetadataTests
{
    private static readonly string[] Triggers =
    [
        "Api httpTrigger authLevel=Function methods=get,head,post,put,delete route=v1/{*path}",
        "CountDay timerTrigger schedule=0 30 0 * * *",
        "FetchDocuments timerTrigger schedule=0 */10 * * * *",
        "Health httpTrigger authLevel=Anonymous methods=get,head route=health",
        "Portal httpTrigger authLevel=Anonymous methods=get,head,post,put,delete route=portal/{*path:regex(^[A-Za-z0-9._~/-]*$)}",
        "PortalPage httpTrigger authLevel=Anonymous methods=get,head route=portal",
        "PurgeRows timerTrigger schedule=0 45 * * * *",
        "SendDocument blobTrigger connection=DocumentStorage path=outbound/{name} properties={\"supportsDeferredBinding\":\"True\"} source=LogsAndContainerScan",
        "SweepOutbound timerTrigger schedule=30 * * * * *",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_is_asked_for_its_functions_names_each_with_its_trigger()
    {
        var functions = await new GeneratedFunctionMetadataProvider().GetFunctionMetadataAsync(AppProcess.Folder);
        functions.Select(function => Describe(function.Name!, function.RawBindings![0])).Should().BeEquivalentTo(Triggers);
    }

    [Fact]
    public async Task Published_folder_is_complete_and_names_the_same_functions()
    {
        using var functions = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("functions.metadata"), Cancellation));
        functions.RootElement.EnumerateArray()
            .Select(function => Describe(function.GetProperty("name").GetString()!, function.GetProperty("bindings")[0].GetRawText()))
            .Should().BeEquivalentTo(Triggers);

        using var worker = JsonDocument.Parse(await File.ReadAllTextAsync(PathOf("worker.config.json"), Cancellation));
        File.Exists(PathOf(worker.RootElement.GetProperty("description").GetProperty("defaultWorkerPath").GetString()!)).Should().BeTrue();
        Directory.EnumerateFiles(PathOf(".azurefunctions")).Should().NotBeEmpty();
        File.Exists(PathOf("local.settings.json")).Should().BeFalse();
        var host = await File.ReadAllTextAsync(PathOf("host.json"), Cancellation);
        host.Should().Be(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "host.json"), Cancellation));
        using var settings = JsonDocument.Parse(host);
        settings.RootElement.GetProperty("functionTimeout").GetString().Should().Be("00:05:00");
        settings.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString().Should().Be("api");
    }

    private static string PathOf(string file) => Path.Combine(AppProcess.Folder, file);

    /// <summary>All that a trigger says, but for the name of its parameter.</summary>
    private static string Describe(string function, string binding)
    {
        using var json = JsonDocument.Parse(binding);
        var trigger = json.RootElement;
        var said = trigger.EnumerateObject()
            .Where(member => member.Name is not ("name" or "type" or "direction") && member.Value.GetRawText() != "{}")
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => $"{member.Name}={Text(member.Value)}");
        return $"{function} {trigger.GetProperty("type").GetString()} {string.Join(' ', said)}";
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(item => item.GetString())),
        JsonValueKind.Object => JsonSerializer.Serialize(value),
        _ => value.ToString(),
    };
}
