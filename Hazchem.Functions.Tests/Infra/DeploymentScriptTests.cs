using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hazchem.Functions.Tests.Simulator;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>What can be known of the scripts, azure.yaml and the workflow without Azure.</summary>
public sealed partial class DeploymentScriptTests
{
    private static readonly string Root = RepositoryRoot.Find();
    private static readonly string Script = Path.Combine(Bicep.Folder, "deploy.sh");
    private static readonly string[] Scripts = [.. Directory.GetFiles(Bicep.Folder, "*.sh").Append(Path.Combine(Root, ".ci", "run"))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scripts_are_read_by_the_shell_without_a_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");

        foreach (var script in Scripts)
        {
            var (code, output) = await RunAsync("bash", "-n", script);
            code.Should().Be(0, output);
            if (!OperatingSystem.IsWindows() && Path.GetFileName(script) != "common.sh")
            {
                (File.GetUnixFileMode(script) & UnixFileMode.UserExecute).Should().NotBe(UnixFileMode.None, "{0} is run", script);
            }
        }
    }

    [Fact]
    public async Task Scripts_pass_shellcheck()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "shellcheck"))), "There is no shellcheck.");

        var (code, output) = await RunAsync("shellcheck", Scripts);

        code.Should().Be(0, output);
    }

    [Fact]
    public async Task Script_is_asked_for_help_names_each_of_its_flags()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");

        var (code, output) = await RunAsync("bash", Script, "--help");

        code.Should().Be(0);
        foreach (var flag in await FlagsAsync())
        {
            output.Should().Contain(flag);
        }
    }

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("--resource-group")]
    [InlineData("--parameters", "there-is-no-such-file")]
    public async Task Script_is_called_wrongly_does_nothing_and_says_so(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");

        var (code, output) = await RunAsync("bash", [Script, .. arguments]);

        code.Should().Be(2);
        output.Should().Contain("deploy.sh:");
    }

    [Fact]
    public async Task Scripts_stop_at_the_first_fault_and_give_no_secret_as_an_argument()
    {
        foreach (var script in Directory.GetFiles(Bicep.Folder, "*.sh"))
        {
            var text = await File.ReadAllTextAsync(script, Token);
            text.Should().ContainAny("set -euo pipefail", "common.sh\"");
            text.Should().NotContain("set -x").And.NotContain("--value ", "arguments are seen by others on the machine");
        }
    }

    [Fact]
    public async Task Hooks_need_outputs_that_the_template_has()
    {
        var outputs = (await Bicep.MainAsync())["outputs"]!.AsObject().Select(output => output.Key).ToList();

        foreach (var hook in new[] { "configure.sh", "connect.sh" })
        {
            var needed = Needed().Matches(await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, hook), Token)).Select(variable => variable.Groups["name"].Value).ToList();
            needed.Should().NotBeEmpty().And.BeSubsetOf(outputs, "azd gives a hook the outputs as its environment");
            needed.Should().OnlyContain(name => Given().Match(File.ReadAllText(Script)).Groups["names"].Value.Split(' ').Contains(name), "deploy.sh gives the same");
        }
    }

    [Fact]
    public async Task Parameters_of_azd_are_the_templates_and_give_each_that_must_be_given()
    {
        var parameters = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "main.parameters.json"), Token))!["parameters"]!.AsObject().Select(parameter => parameter.Key).ToList();
        var template = (await Bicep.MainAsync())["parameters"]!.AsObject();

        parameters.Should().BeSubsetOf(template.Select(parameter => parameter.Key));
        parameters.Should().Contain(template.Where(parameter => parameter.Value!["defaultValue"] is null).Select(parameter => parameter.Key));
        File.Exists(Path.Combine(Bicep.Folder, "main.bicepparam")).Should().BeFalse("azd would take it instead");
    }

    [Fact]
    public async Task Azd_builds_the_app_for_Event_Grid_and_deploys_it_to_the_site()
    {
        var azd = await AzdAsync();
        var (name, service) = azd["services"]!.AsObject().Single();
        using var standIns = new StandIns();

        File.Exists(Path.Combine(Root, (string)service!["project"]!, "Hazchem.Functions.csproj")).Should().BeTrue();
        File.Exists(Path.Combine(Root, (string)azd["infra"]!["path"]!, "main.bicep")).Should().BeTrue();
        DeployedResource.AllOf(await Bicep.MainAsync()).Single(resource => resource.Type == "Microsoft.Web/sites")
            .Json["tags"]!.GetValue<string>().Should().Contain($"'azd-service-name', '{name}'");
        (await standIns.RunAsync("sh", "-e", "-c", (string)service["hooks"]!["prepackage"]!["run"]!)).Code.Should().Be(0);
        (await standIns.CallsAsync()).Should().Equal("azd env set BlobTriggerSource EventGrid");
    }

    [Theory]
    [InlineData("preup")]
    [InlineData("preprovision")]
    public async Task Azd_asks_for_parameters_has_an_app_registration_by_then(string hook)
    {
        using var standIns = new StandIns { Answers = { ["AZURE_ENV_NAME"] = "test" } };

        var (code, output) = await standIns.RunAsync("sh", "-e", "-c", (string)(await AzdAsync())["hooks"]![hook]!["run"]!);

        code.Should().Be(0, output);
        var calls = await standIns.CallsAsync();
        calls.Should().ContainSingle(call => call.StartsWith("az ad app create --display-name Hazchem documents (test)", StringComparison.Ordinal));
        calls[^1].Should().Be("azd env set HAZCHEM_PORTAL_CLIENT_ID 22222222-2222-2222-2222-222222222222");
    }

    [Theory]
    [InlineData("postprovision", "az ad app federated-credential create")]
    [InlineData("postdeploy", "az deployment group create --resource-group group --name hazchem-events")]
    public async Task Azd_comes_to_a_later_hook_runs_it_with_the_outputs(string hook, string call)
    {
        using var standIns = new StandIns { Answers = { ["AZURE_RESOURCE_GROUP"] = "group", ["HAZCHEM_PORTAL_CLIENT_ID"] = "id" } };
        foreach (var (name, _) in (await Bicep.MainAsync())["outputs"]!.AsObject())
        {
            standIns.Answers[name] = $"hazchem-{name}";
        }

        var (code, output) = await standIns.RunAsync("sh", "-e", "-c", (string)(await AzdAsync())["hooks"]![hook]!["run"]!);

        code.Should().Be(0, output);
        (await standIns.CallsAsync()).Should().Contain(made => made.StartsWith(call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Azd_is_in_another_subscription_than_the_Azure_CLI_changes_nothing()
    {
        using var standIns = new StandIns { Answers = { ["AZURE_ENV_NAME"] = "test", ["AZURE_SUBSCRIPTION_ID"] = "another" } };

        var (code, output) = await standIns.RunAsync("bash", Path.Combine(Bicep.Folder, "register.sh"));

        code.Should().Be(1);
        output.Should().Contain("az account set --subscription another");
        (await standIns.CallsAsync()).Should().OnlyContain(call => call.StartsWith("az account show", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workflow_signs_in_without_a_stored_secret_and_runs_the_same_script()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root, ".github", "workflows", "deploy.yml"), Token);
        var workflow = YamlAsJson.Read(new StringReader(text))!;
        var jobs = workflow["jobs"]!.AsObject();
        var steps = jobs.SelectMany(job => job.Value!["steps"]!.AsArray()).Select(step => step!).ToList();

        text.Should().NotContain("secrets.", "what is stored can be stolen; the sign-in is by OIDC");
        workflow["permissions"]!.AsObject().Select(permission => $"{permission.Key}: {permission.Value}").Should().BeEquivalentTo(["contents: read", "id-token: write"]);
        steps.Should().Contain(step => ((string?)step["run"] ?? "").Contains("infra/deploy.sh", StringComparison.Ordinal));
        steps.Where(step => step["uses"] is not null).Should().OnlyContain(
            step => PinnedToACommit().IsMatch((string)step["uses"]!), "a tag can be moved to other code");
        workflow.AsObject().ContainsKey("on").Should().BeTrue();
        workflow["on"]!.ToJsonString().Should().NotContain("pull_request", "a stranger's change must not reach the installation");
        jobs.Should().OnlyContain(job => job.Value!["environment"] != null, "the environment is what the federated credential names, and where somebody approves");
    }

    private static async Task<JsonNode> AzdAsync() =>
        YamlAsJson.Read(new StringReader(await File.ReadAllTextAsync(Path.Combine(Root, "azure.yaml"), Token)))!;

    private static async Task<IReadOnlyList<string>> FlagsAsync()
    {
        var flags = Flag().Matches(await File.ReadAllTextAsync(Script, Token)).Select(flag => flag.Groups["name"].Value).ToList();
        flags.Should().NotBeEmpty();
        return flags;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output + await errors);
    }

    // A branch of the case that reads the arguments.
    [GeneratedRegex(@"^ *(?<name>--[a-z-]+)\)", RegexOptions.Multiline)]
    private static partial Regex Flag();

    // An output: those of azd itself are in capitals.
    [GeneratedRegex(@"\$\{(?<name>[a-z][A-Za-z]+):\?\}")]
    private static partial Regex Needed();

    [GeneratedRegex("for output in (?<names>[^;]+);")]
    private static partial Regex Given();

    [GeneratedRegex("@[0-9a-f]{40}$")]
    private static partial Regex PinnedToACommit();
}
