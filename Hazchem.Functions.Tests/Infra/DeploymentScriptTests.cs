using System.Diagnostics;
using System.Text.RegularExpressions;
using Hazchem.Functions.Tests.Simulator;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>What can be known of deploy.sh and the workflow without Azure.</summary>
public sealed partial class DeploymentScriptTests
{
    private static readonly string Root = RepositoryRoot.Find();
    private static readonly string Script = Path.Combine(Root, "infra", "deploy.sh");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Script_is_read_by_the_shell_without_a_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");

        var (code, output) = await RunAsync("bash", "-n", Script);

        code.Should().Be(0, output);
        if (!OperatingSystem.IsWindows())
        {
            (File.GetUnixFileMode(Script) & UnixFileMode.UserExecute).Should().NotBe(UnixFileMode.None);
        }
    }

    [Fact]
    public async Task Script_passes_shellcheck()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "shellcheck"))), "There is no shellcheck.");

        var (code, output) = await RunAsync("shellcheck", Script);

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
    public async Task Script_stops_at_the_first_fault_and_gives_no_secret_as_an_argument()
    {
        var script = await File.ReadAllTextAsync(Script, Token);

        script.Should().Contain("set -euo pipefail");
        script.Should().NotContain("set -x").And.NotContain("--value ", "arguments are seen by others on the machine");
        script.Should().Contain("--file ", "a key goes into the vault from a file");
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

    [GeneratedRegex("@[0-9a-f]{40}$")]
    private static partial Regex PinnedToACommit();
}
