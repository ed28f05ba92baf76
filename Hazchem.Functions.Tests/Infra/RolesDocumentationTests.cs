using System.Text.RegularExpressions;
using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>Holds the table of roles in docs/deployment.md to the template.</summary>
public sealed partial class RolesDocumentationTests
{
    private const string RoleAssignment = "Microsoft.Authorization/roleAssignments";

    [Fact]
    public async Task Role_table_is_compared_with_the_template_has_each_assignment_and_no_other()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "docs", "deployment.md"), TestContext.Current.CancellationToken);
        var rows = RoleRow().Matches(document).ToList();

        rows.Select(row => $"{row.Groups["scope"].Value}: {row.Groups["role"].Value} for {row.Groups["who"].Value}")
            .Should().BeEquivalentTo((await AssignmentsAsync()).Select(assignment => (string?)assignment.Properties!["description"]));
        rows.Should().OnlyContain(row => row.Groups["why"].Value.Trim().Length > 20, "a role that nobody can say the reason of is one too many");
    }

    [Fact]
    public async Task Role_assignments_say_of_themselves_what_they_are()
    {
        foreach (var assignment in await AssignmentsAsync())
        {
            var said = Description().Match((string)assignment.Properties!["description"]!);
            said.Success.Should().BeTrue();

            ((string)assignment.Properties["roleDefinitionId"]!).Should().Contain($"variables('roles')['{said.Groups["role"].Value}']");
            assignment.Template["variables"]!["roles"]![said.Groups["role"].Value].Should().NotBeNull();
            ((string)assignment.Properties["principalId"]!).Should().Contain(said.Groups["who"].Value switch
            {
                "app" => "parameters('identityName')",
                "Event Grid" => "parameters('topicName')",
                "TMS" => "parameters('tmsPrincipalId')",
                "key operator" => "parameters('keyOperatorPrincipalId')",
                var other => $"nobody is called {other}",
            });
            ((string)assignment.Json["scope"]!).Should().Contain(said.Groups["scope"].Value switch
            {
                "host" => "'Microsoft.Storage/storageAccounts', parameters('hostAccountName')",
                "documents" => "'Microsoft.Storage/storageAccounts', parameters('documentsAccountName')",
                "vault" => "'Microsoft.KeyVault/vaults', parameters('vaultName')",
                "documents/event-dead-letters" => "parameters('deadLetterContainer')",
                var part => $"'default', '{part["documents/".Length..]}'",
            });
        }
    }

    [Fact]
    public async Task Roles_of_the_tms_are_on_a_container_a_queue_or_a_table_and_never_on_an_account()
    {
        var ofTheTms = (await AssignmentsAsync()).Where(assignment => ((string)assignment.Properties!["principalId"]!).Contains("tmsPrincipalId", StringComparison.Ordinal)).ToList();

        ofTheTms.Should().HaveCount(4);
        ofTheTms.Should().OnlyContain(assignment => ((string)assignment.Json["scope"]!).Contains("'default', '", StringComparison.Ordinal), "it has no business with what the app keeps for itself");
    }

    [Fact]
    public async Task Roles_are_of_data_and_let_nobody_change_the_installation()
    {
        var roles = (await AssignmentsAsync())[0].Template["variables"]!["roles"]!.AsObject().Select(role => role.Key).ToList();

        roles.Should().OnlyContain(role => role.StartsWith("Storage ", StringComparison.Ordinal) || role.StartsWith("Key Vault Secrets ", StringComparison.Ordinal))
            .And.NotContain("Storage Account Contributor", "it can read the account's keys");
    }

    private static async Task<List<DeployedResource>> AssignmentsAsync()
    {
        var found = DeployedResource.AllOf(await Bicep.MainAsync()).Where(resource => resource.Type == RoleAssignment).ToList();
        found.Should().NotBeEmpty();
        return found;
    }

    // documents/outbound: Storage Blob Data Contributor for TMS
    [GeneratedRegex(@"^(?<scope>[A-Za-z/-]+): (?<role>[A-Z][A-Za-z ]+?) for (?<who>.+)$")]
    private static partial Regex Description();

    // | app | `documents/outbound` | Storage Blob Data Owner | why |
    [GeneratedRegex(@"^\| (?<who>[A-Za-z ]+?) \| `(?<scope>[A-Za-z/-]+)` \| (?<role>(?:Storage|Key Vault) [A-Za-z ]+?) \| (?<why>[^|\n]+) \|$", RegexOptions.Multiline)]
    private static partial Regex RoleRow();
}
