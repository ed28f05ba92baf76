
namespace Hazchem.Functions.Tests.Infra;

/// <summary>deploy.sh from its start to its end, with stand-ins for Azure.</summary>
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

    private readonly StandIns standIns = new();

    public DeploymentRunTests()
    {
        File.WriteAllText(standIns.PathOf("parameters"), "");
        File.WriteAllText(standIns.PathOf("keys"), $"045={Key}\n");
    }

    public void Dispose() => standIns.Dispose();

    [Fact]
    public async Task Empty_group_is_deployed_to_does_each_step_in_its_order_and_tells_no_key()
    {
        var (code, output) = await RunAsync("--yes", "--keys-from", standIns.PathOf("keys"));

        code.Should().Be(0, output);
        var calls = await standIns.CallsAsync();
        calls.Where(call => Changes.Any(change => call.StartsWith(change, StringComparison.Ordinal)))
            .Should().HaveCount(Changes.Length).And.SatisfyRespectively(
                Changes.Select<string, Action<string>>(change => call => call.Should().StartWith(change)));
        calls.FindIndex(call => call.StartsWith("az deployment group what-if", StringComparison.Ordinal))
            .Should().BePositive().And.BeLessThan(calls.FindIndex(call => call.StartsWith(Changes[0], StringComparison.Ordinal)), "what is changed is shown before");
        calls.Should().ContainSingle(call => call == "source EventGrid", "a build that polls hears of nothing in Azure");
        (await File.ReadAllTextAsync(standIns.PathOf("zipped"), TestContext.Current.CancellationToken)).Should().Contain(".azurefunctions", "the host finds its extensions there");
        (await File.ReadAllTextAsync(standIns.PathOf("key-set"), TestContext.Current.CancellationToken)).Should().Be(Key, "without the line's end, which Hazchem would take for a part of it");
        string.Join('\n', calls).Should().NotContain(Key, "arguments are seen by others on the machine");
        output.Should().NotContain(Key);
    }

    [Theory]
    [InlineData("--what-if", 0)]
    [InlineData(null, 1)]
    public async Task Nobody_agreed_to_a_change_changes_nothing(string? flag, int expected)
    {
        var (code, output) = await RunAsync(flag is null ? [] : [flag]);

        code.Should().Be(expected, output);
        (await standIns.CallsAsync()).Should().NotContain(call => Changes.Any(change => call.StartsWith(change, StringComparison.Ordinal)), "somebody may only be looking");
    }

    [Theory]
    [InlineData("deployment group what-if")]
    [InlineData("deployment group create --resource-group group --name hazchem --parameters")]
    [InlineData("keyvault secret set")]
    [InlineData("functionapp deployment source config-zip")]
    [InlineData("deployment group create --resource-group group --name hazchem-events")]
    public async Task Step_fails_stops_the_deployment_there(string step)
    {
        standIns.Answers["REFUSED"] = step;

        var (code, output) = await RunAsync("--yes", "--keys-from", standIns.PathOf("keys"));

        code.Should().NotBe(0, output);
        var calls = await standIns.CallsAsync();
        calls[^1].Should().StartWith($"az {step}");
        output.Should().NotContain(Key).And.NotContain("Done.");
    }

    [Fact]
    public async Task Role_does_not_hold_at_once_is_waited_for()
    {
        standIns.Answers["REFUSED"] = "keyvault secret set";
        standIns.Answers["REFUSED_TIMES"] = "2";

        var (code, output) = await RunAsync("--yes", "--keys-from", standIns.PathOf("keys"));

        code.Should().Be(0, output);
        (await standIns.CallsAsync()).Where(call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal)).Should().HaveCount(3);
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
        standIns.Answers[door] = status;

        var (code, output) = await RunAsync("--yes", "--keys-from", standIns.PathOf("keys"));

        code.Should().Be(1, output);
        output.Should().Contain("WRONG:").And.NotContain("Done.");
    }

    [Theory]
    [InlineData("(SecretNotFound) A secret was not found", "045: MISSING")]
    [InlineData("(Forbidden) The caller may not", "045: not looked at")]
    public async Task Key_is_not_given_says_whether_it_is_missing_or_not_known(string refusal, string said)
    {
        standIns.Answers["SECRET"] = refusal;

        var (code, output) = await RunAsync("--yes");

        code.Should().Be(0, output);
        output.Should().Contain(said);
        (await standIns.CallsAsync()).Should().NotContain(call => call.StartsWith("az keyvault secret set", StringComparison.Ordinal));
    }

    private Task<(int Code, string Output)> RunAsync(params string[] arguments) =>
        standIns.RunAsync("bash", [Path.Combine(Bicep.Folder, "deploy.sh"), "--resource-group", "group", "--parameters", standIns.PathOf("parameters"), .. arguments]);
}
