using System.Diagnostics;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>
/// deploy.sh from its start to its end, with programs in the places of az, dotnet, curl and sleep that write down what they
/// were asked for and answer as Azure would.
/// </summary>
public sealed class DeploymentRunTests : IDisposable
{
    private const string Key = "the-key-of-depot-045";

    /// <summary>What changes something; the rest only looks.</summary>
    private static readonly string[] Changes =
    [
        "az ad app create", "az deployment group create --resource-group group --name hazchem --parameters", "az ad app update", "az ad sp create",
        "az ad sp update", "az ad app federated-credential create", "az keyvault secret set", "az rest --method post", "dotnet publish",
        "az functionapp deployment source config-zip", "az deployment group create --resource-group group --name hazchem-events",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-deploy-");
    private readonly Dictionary<string, string> answers = [];

    public DeploymentRunTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");
        WriteProgram("az", Azure);
        WriteProgram("dotnet", """[ "$1" != run ] || touch "${@: -1}" """);
        WriteProgram("curl", Curl);
        WriteProgram("sleep", "");
        File.WriteAllText(PathOf("parameters"), "");
        File.WriteAllText(PathOf("keys"), $"045={Key}\n");
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Empty_group_is_deployed_to_does_each_step_in_its_order_and_tells_no_key()
    {
        var (code, output) = await RunAsync("--yes", "--keys-from", PathOf("keys"));

        code.Should().Be(0, output);
        var calls = await CallsAsync();
        calls.Where(call => Changes.Any(change => call.StartsWith(change, StringComparison.Ordinal)))
            .Should().HaveCount(Changes.Length).And.SatisfyRespectively(
                Changes.Select<string, Action<string>>(change => call => call.Should().StartWith(change)));
        calls.FindIndex(call => call.StartsWith("az deployment group what-if", StringComparison.Ordinal))
            .Should().BePositive().And.BeLessThan(calls.FindIndex(call => call.StartsWith(Changes[0], StringComparison.Ordinal)), "what is changed is shown before");
        calls.Should().ContainSingle(call => call.StartsWith("dotnet publish", StringComparison.Ordinal))
            .Which.Should().Contain("-r linux-x64").And.Contain("-p:BlobTriggerSource=EventGrid").And.Contain("-p:FunctionsRuntime=custom");
        (await File.ReadAllTextAsync(PathOf("key-set"), TestContext.Current.CancellationToken)).Should().Be(Key, "without the line's end, which Hazchem would take for a part of it");
        string.Join('\n', calls).Should().NotContain(Key, "arguments are seen by others on the machine");
        output.Should().NotContain(Key);
    }

    [Fact]
    public async Task Isolated_worker_is_chosen_in_the_parameters_asks_for_its_version_and_publishes_it()
    {
        answers["RUNTIME"] = "dotnet-isolated";

        var (code, output) = await RunAsync("--yes", "--keys-from", PathOf("keys"));

        code.Should().Be(0, output);
        (await CallsAsync()).Should()
            .ContainSingle(call => call.Contains("list-flexconsumption-runtimes", StringComparison.Ordinal) && call.Contains("--runtime dotnet-isolated", StringComparison.Ordinal) && call.Contains("'10.0'", StringComparison.Ordinal)).And
            .ContainSingle(call => call.StartsWith("dotnet publish", StringComparison.Ordinal) && call.Contains("-p:FunctionsRuntime=isolated", StringComparison.Ordinal) && call.Contains("-p:BlobTriggerSource=EventGrid", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--what-if", 0)]
    [InlineData(null, 1)]
    public async Task Nobody_agreed_to_a_change_changes_nothing(string? flag, int expected)
    {
        var (code, output) = await RunAsync(flag is null ? [] : [flag]);

        code.Should().Be(expected, output);
        (await CallsAsync()).Should().NotContain(call => Changes.Any(change => call.StartsWith(change, StringComparison.Ordinal)), "somebody may only be looking");
    }

    [Theory]
    [InlineData("functionapp list-flexconsumption-runtimes")]
    [InlineData("deployment group what-if")]
    [InlineData("deployment group create --resource-group group --name hazchem --parameters")]
    [InlineData("keyvault secret set")]
    [InlineData("functionapp deployment source config-zip")]
    [InlineData("deployment group create --resource-group group --name hazchem-events")]
    public async Task Step_fails_stops_the_deployment_there(string step)
    {
        answers["REFUSED"] = step;

        var (code, output) = await RunAsync("--yes", "--keys-from", PathOf("keys"));

        code.Should().NotBe(0, output);
        var calls = await CallsAsync();
        calls[^1].Should().StartWith($"az {step}");
        output.Should().NotContain(Key).And.NotContain("Done.");
    }

    [Fact]
    public async Task Role_does_not_hold_at_once_is_waited_for()
    {
        answers["REFUSED"] = "keyvault secret set";
        answers["REFUSED_TIMES"] = "2";

        var (code, output) = await RunAsync("--yes", "--keys-from", PathOf("keys"));

        code.Should().Be(0, output);
        (await CallsAsync()).Where(call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal)).Should().HaveCount(3);
    }

    [Theory]
    [InlineData("API", "200")]
    [InlineData("PORTAL", "200")]
    [InlineData("WEBHOOK", "200")]
    [InlineData("ADMIN", "200")]
    [InlineData("TRIGGER", "200")]
    [InlineData("PLAIN", "200")]
    public async Task Door_is_open_that_must_be_shut_fails_the_deployment(string door, string status)
    {
        answers[door] = status;

        var (code, output) = await RunAsync("--yes", "--keys-from", PathOf("keys"));

        code.Should().Be(1, output);
        output.Should().Contain("WRONG:").And.NotContain("Done.");
    }

    [Theory]
    [InlineData("(SecretNotFound) A secret was not found", "045: MISSING")]
    [InlineData("(Forbidden) The caller may not", "045: not looked at")]
    public async Task Key_is_not_given_says_whether_it_is_missing_or_not_known(string refusal, string said)
    {
        answers["SECRET"] = refusal;

        var (code, output) = await RunAsync("--yes");

        code.Should().Be(0, output);
        output.Should().Contain(said);
        (await CallsAsync()).Should().NotContain(call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal));
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private async Task<List<string>> CallsAsync() =>
        File.Exists(PathOf("calls")) ? [.. await File.ReadAllLinesAsync(PathOf("calls"), TestContext.Current.CancellationToken)] : [];

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(RepositoryRoot.Find(), "infra", "deploy.sh"), "--resource-group", "group", "--parameters", PathOf("parameters"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{PathOf("bin")}{Path.PathSeparator}{start.Environment["PATH"]}";
        start.Environment["ASKED"] = folder.FullName;
        foreach (var (name, value) in answers)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private void WriteProgram(string name, string body)
    {
        var path = Path.Combine(Directory.CreateDirectory(PathOf("bin")).FullName, name);
        File.WriteAllText(path, $"""
            #!/usr/bin/env bash
            printf '%s\n' "{name} $*" >>"$ASKED/calls"

            """ + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private const string Azure = """
        if [[ -n "${REFUSED:-}" && "$*" == "$REFUSED"* ]]; then
          printf x >>"$ASKED/refused"
          if [ "$(wc -c <"$ASKED/refused")" -le "${REFUSED_TIMES:-99}" ]; then
            echo "ERROR: refused" >&2
            exit 1
          fi
        fi
        after() {
          while [ "$1" != "$2" ]; do set -- "$1" "${@:3}"; done
          echo "$3"
        }
        case "$*" in
          "account show --query tenantId"* | "account show --query id"*) echo 11111111-1111-1111-1111-111111111111 ;;
          "bicep build-params"*) echo "{ \"parameters\": { \"runtime\": { \"value\": \"${RUNTIME:-custom}\" } } }" >"$(after --outfile "$@")" ;;
          "group show"*) echo uksouth ;;
          "functionapp list-flexconsumption-runtimes"*) echo 1.0 ;;
          "ad app create"*) echo 22222222-2222-2222-2222-222222222222 ;;
          "ad sp show"*) exit 1 ;;
          "deployment group show"*) echo "hazchem-$(after --query "$@" | tr -dc a-z)" ;;
          "functionapp config appsettings list"*) echo Hazchem__Depots__045__ApiKey ;;
          "keyvault secret show"*) [ -z "${SECRET:-}" ] || { echo "$SECRET" >&2; exit 3; } ;;
          "keyvault secret set"*) cp "$(after --file "$@")" "$ASKED/key-set" ;;
        esac
        """;

    private const string Curl = """
        [[ "$*" == *--write-out* ]] || { echo '{ "status": "Healthy" }'; exit; }
        case "${@: -1}" in
          http://*) printf '%s' "${PLAIN:-301}" ;;
          */api/health) printf 200 ;;
          */api/v1/*) printf '%s' "${API:-401}" ;;
          */api/portal/*) printf '%s' "${PORTAL:-302}" ;;
          */runtime/webhooks/*) printf '%s' "${WEBHOOK:-401}" ;;
          */admin/*) printf '%s' "${ADMIN:-401}" ;;
          */SendDocument) printf '%s' "${TRIGGER:-404}" ;;
        esac
        """;
}
