using System.Reflection;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Hosting;
using Hazchem.Functions.Tests.Support;

namespace Hazchem.Functions.Tests.Infra;

/// <summary>Rules that the installation keeps, on the compiled template: what is wrong here would be wrong in Azure.</summary>
public sealed partial class TemplateTests
{
    private const string Account = "Microsoft.Storage/storageAccounts";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("build", "main.bicep")]
    [InlineData("build", "events.bicep")]
    [InlineData("build-params", "example.bicepparam")]
    public async Task Bicep_compiles_without_a_word(string command, string file)
    {
        var (output, said) = await Bicep.RunAsync(command, file, Token);

        said.Should().BeEmpty("the compiler returns 0 on warnings, and a warning of today is a failed deployment of tomorrow");
        output.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Storage_accounts_take_no_shared_key_no_anonymous_reader_and_no_old_transport()
    {
        var accounts = await OfTypeAsync(Account);

        accounts.Should().HaveCount(2, "documents are apart from what the host keeps for itself");
        foreach (var properties in accounts.Select(account => account.Properties!))
        {
            ((bool?)properties["allowSharedKeyAccess"]).Should().BeFalse("a shared key opens everything, to whoever has it, and names nobody");
            ((bool?)properties["allowBlobPublicAccess"]).Should().BeFalse("documents show people");
            ((bool?)properties["supportsHttpsTrafficOnly"]).Should().BeTrue("documents travel encrypted");
            ((string?)properties["minimumTlsVersion"]).Should().Be("TLS1_2", "older ones are broken");
            ((bool?)properties["allowCrossTenantReplication"]).Should().BeFalse("documents stay in the company's tenant");
        }

        foreach (var container in await OfTypeAsync($"{Account}/blobServices/containers"))
        {
            ((string?)container.Properties!["publicAccess"]).Should().Be("None", "{0} is for those with a role", container.Name);
        }
    }

    [Fact]
    public async Task Blobs_that_are_deleted_come_back_for_a_week_and_no_version_outlives_them()
    {
        foreach (var blobs in await OfTypeAsync($"{Account}/blobServices"))
        {
            ((bool?)blobs.Properties!["deleteRetentionPolicy"]!["enabled"]).Should().BeTrue("a mistake can be undone");
            ((bool?)blobs.Properties["containerDeleteRetentionPolicy"]!["enabled"]).Should().BeTrue("a mistake can be undone");
            Value(blobs, blobs.Properties["deleteRetentionPolicy"]!["days"]!).Should().Be("7", "the privacy page says a week");
            ((bool?)blobs.Properties["isVersioningEnabled"]).Should().BeFalse("versions would keep every original that left the drop box");
        }
    }

    [Fact]
    public async Task Storage_is_compared_with_the_code_has_each_container_table_and_queue_that_it_names()
    {
        (await LastNamesAsync("blobServices/containers")).Should().Contain(StorageNames.Containers, "the app finds them there");
        (await LastNamesAsync("tableServices/tables")).Should().BeEquivalentTo(StorageNames.Tables, "the app finds them there, and a table that no code names holds what nobody erases");
        (await LastNamesAsync("queueServices/queues")).Should().BeEquivalentTo([.. StorageNames.Queues, StorageNames.PoisonQueue], "the app finds them there");
        (await LastNamesAsync("blobServices/containers")).Except(StorageNames.Containers)
            .Should().BeEquivalentTo(["event-dead-letters", "packages"], "one is Event Grid's and the other the host's; any other would be nobody's");
    }

    [Fact]
    public async Task Retention_deletes_what_is_handled_and_never_what_is_pending()
    {
        var rules = (await OfTypeAsync($"{Account}/managementPolicies")).Single().Properties!["policy"]!["rules"]!.AsArray();
        var prefixes = rules.Select(rule => (Prefix: (string)rule!["definition"]!["filters"]!["prefixMatch"]!.AsArray().Single()!, Blob: rule["definition"]!["actions"]!["baseBlob"]!)).ToList();

        foreach (var container in new[] { StorageNames.SentContainer, StorageNames.NotSentContainer, StorageNames.InboundContainer })
        {
            var blob = prefixes.Single(rule => rule.Prefix == $"{container}/").Blob;
            blob["tierToCool"]!["daysAfterModificationGreaterThan"].Should().NotBeNull("{0} is seldom read after a while", container);
            ((string?)blob["delete"]!["daysAfterModificationGreaterThan"]).Should().StartWith("[parameters('delete", "how long {0} is kept is the company's to say", container);
        }

        prefixes.Should().OnlyContain(rule => rule.Prefix.Length > 1 && !"outbound/".StartsWith(rule.Prefix, StringComparison.Ordinal) && !rule.Prefix.StartsWith("outbound", StringComparison.Ordinal), "what lies in outbound is not sent yet");
    }

    [Fact]
    public async Task Site_is_reached_by_https_alone_and_by_no_password()
    {
        var site = (await OfTypeAsync("Microsoft.Web/sites")).Single().Properties!;

        ((bool?)site["httpsOnly"]).Should().BeTrue("keys and sign-ins travel in headers");
        ((string?)site["siteConfig"]!["minTlsVersion"]).Should().Be("1.2");
        ((string?)site["siteConfig"]!["scmMinTlsVersion"]).Should().Be("1.2");
        ((string?)site["siteConfig"]!["ftpsState"]).Should().Be("Disabled", "nobody deploys by FTP");
        var passwords = await OfTypeAsync("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
        passwords.SelectMany(policy => policy.LastNames).Should().BeEquivalentTo(["ftp", "scm"]);
        passwords.Should().OnlyContain(policy => (bool?)policy.Properties!["allow"] == false, "a deployment is by a role, which names who did it");
    }

    [Fact]
    public async Task Site_runs_the_version_of_net_that_the_app_is_built_for_from_a_package_that_its_identity_reads()
    {
        var site = (await OfTypeAsync("Microsoft.Web/sites")).Single();
        var config = site.Properties!["functionAppConfig"]!;
        var built = new FrameworkName(typeof(StorageNames).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);

        ((string?)config["runtime"]!["name"]).Should().Be("dotnet-isolated");
        ((string?)config["runtime"]!["version"]).Should().Be(built.Version.ToString());
        ((string?)config["deployment"]!["storage"]!["authentication"]!["type"]).Should().Be("UserAssignedIdentity", "there is no shared key to read it with");
        ((string?)site.Properties["keyVaultReferenceIdentity"]).Should().Be("[parameters('identityId')]", "references are read as the identity that has the role");
        (await OfTypeAsync("Microsoft.Web/serverfarms")).Single().Json["sku"]!["name"]!.GetValue<string>().Should().Be("FC1");
    }

    [Fact]
    public async Task Templates_hold_no_secret_and_make_none()
    {
        foreach (var template in new[] { await Bicep.MainAsync(), await Bicep.EventsAsync() })
        {
            var text = template.ToJsonString();
            text.Should().NotContainEquivalentOf("AccountKey=", "connections are by identity");
            text.Should().NotContainEquivalentOf("secureString", "a secret that is a parameter was in somebody's hands and on some command line");
            DeployedResource.AllOf(template).Should().NotContain(resource => resource.Type == "Microsoft.KeyVault/vaults/secrets", "a template's history would have them");
            (template["outputs"]?.ToJsonString() ?? "").Should().NotContainEquivalentOf("listKeys", "outputs are kept with the deployment");
        }

        (await Bicep.MainAsync()).ToJsonString().Should().NotContainEquivalentOf("listKeys(", "nothing here needs a key");
    }

    [Fact]
    public async Task Connections_are_by_the_one_identity()
    {
        var settings = await SettingsAsync();

        foreach (var connection in new[] { "AzureWebJobsStorage", "DocumentStorage" })
        {
            settings.Should().NotContainKey(connection, "a connection string has a key in it");
            settings[$"{connection}__credential"].Should().Be("'managedidentity'");
            settings[$"{connection}__clientId"].Should().Be("parameters('identityClientId')", "a user-assigned identity is not found without its id");
            settings.Should().ContainKeys($"{connection}__blobServiceUri", $"{connection}__queueServiceUri", $"{connection}__tableServiceUri");
        }

        settings.Keys.Should().NotContain(["FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE"], "Flex Consumption has its own place for them, and refuses these");
    }

    [Fact]
    public async Task Depot_keys_are_references_to_the_vault()
    {
        var app = (await OfTypeAsync("Microsoft.Web/sites")).Single();
        ((string?)app.Template["variables"]!["keys"]).Should().Contain("Hazchem__Depots__{0}__ApiKey").And.Contain("@Microsoft.KeyVault(VaultName={0};SecretName=hazchem-depot-{1})");

        var vault = (await OfTypeAsync("Microsoft.KeyVault/vaults")).Single().Properties!;
        ((bool?)vault["enableRbacAuthorization"]).Should().BeTrue("access is by role, as everywhere else");
        ((bool?)vault["enablePurgeProtection"]).Should().BeTrue("a key that was deleted by mistake comes back");
        ((bool?)vault["enabledForTemplateDeployment"]).Should().BeFalse("no template reads a key");
    }

    [Fact]
    public async Task Settings_are_compared_with_the_readme_are_all_set_and_to_its_defaults()
    {
        string[] notSet =
        [
            "DocumentStorage", "DocumentStorage__accountName", "DocumentStorage__managedIdentityResourceId", // Set in another way.
            "DocumentStorage__tenantId", "DocumentStorage__clientSecret", // An app registration's, where there is no identity.
            "WEBSITE_AUTH_ENABLED", "WEBSITE_SITE_NAME", // Azure's to set.
            "OTEL_EXPORTER_OTLP_ENDPOINT", // For who has a collector, by the parameter settings.
            "Hazchem__Depots__<code>__ApiKey", // Depot_keys_are_references_to_the_vault has it.
        ];
        var rows = SettingRow.ReadAll();
        var settings = await SettingsAsync();

        settings.Keys.Where(name => !name.StartsWith("AzureWebJobsStorage__", StringComparison.Ordinal) && name != "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID")
            .Should().BeEquivalentTo(rows.Select(row => row.Name).Except(notSet), "what runs in Azure can be seen and changed there; app.bicep has the list");
        foreach (var row in rows.Where(row => row.Default.Length > 0 && settings.ContainsKey(row.Name)))
        {
            settings[row.Name].Should().Be(row.Default, "{0} says so in the README", row.Name);
        }
    }

    [Fact]
    public async Task Example_parameters_name_settings_that_there_are()
    {
        var (output, said) = await Bicep.RunAsync("build-params", "example.bicepparam", Token);
        var parameters = JsonNode.Parse((string)JsonNode.Parse(output)!["parametersJson"]!)!["parameters"]!;
        said.Should().BeEmpty();

        parameters["settings"]!["value"]!.AsObject().Select(setting => setting.Key)
            .Should().BeSubsetOf(SettingRow.ReadAll().Select(row => row.Name));
    }

    [Fact]
    public async Task Sign_in_is_asked_for_everywhere_but_where_a_key_is()
    {
        var authentication = (await OfTypeAsync("Microsoft.Web/sites/config")).Single(config => config.LastNames.Single() == "authsettingsV2").Properties!;
        var excluded = authentication["globalValidation"]!["excludedPaths"]!.AsArray().Select(path => (string)path!).ToList();

        ((bool?)authentication["platform"]!["enabled"]).Should().BeTrue("the web page believes what App Service says of who is there");
        ((bool?)authentication["globalValidation"]!["requireAuthentication"]).Should().BeTrue();
        ((bool?)authentication["httpSettings"]!["requireHttps"]).Should().BeTrue();
        authentication.ToJsonString().Should().NotContainEquivalentOf("allowAnonymous");
        excluded.Should().BeEquivalentTo(["/api/v1/*", "/api/health", "/runtime/webhooks/*"]);

        foreach (var (name, trigger) in HttpTriggers())
        {
            var path = $"/api/{((string)trigger["route"]!).Split('{')[0]}";
            var isExcluded = excluded.Exists(pattern => pattern.EndsWith('*') ? path.StartsWith(pattern[..^1], StringComparison.Ordinal) : path == pattern);
            if ((string?)trigger["authLevel"] == "Function")
            {
                isExcluded.Should().BeTrue("{0} has its function key, and a program cannot sign in", name);
            }
            else
            {
                isExcluded.Should().Be(name == "Health", "{0} is open to everybody but for App Service authentication", name);
            }
        }
    }

    [Fact]
    public async Task Event_subscription_is_of_the_drop_box_and_calls_the_blob_trigger()
    {
        var subscription = DeployedResource.AllOf(await Bicep.EventsAsync()).Single(resource => resource.Type.EndsWith("/eventSubscriptions", StringComparison.Ordinal)).Properties!;
        var blobTriggered = Functions().Single(function => (string?)function.Trigger["type"] == "blobTrigger");

        ((string?)subscription["destination"]!["properties"]!["endpointUrl"]).Should().Contain($"/runtime/webhooks/blobs?functionName=Host.Functions.{blobTriggered.Name}&code=");
        ((string?)subscription["filter"]!["subjectBeginsWith"]).Should().Be($"/blobServices/default/containers/{StorageNames.OutboundContainer}/", "what is moved to sent or written to inbound is no drop");
        subscription["filter"]!["includedEventTypes"]!.AsArray().Select(type => (string)type!).Should().Equal("Microsoft.Storage.BlobCreated");
        ((string?)subscription["deadLetterWithResourceIdentity"]!["identity"]!["type"]).Should().Be("SystemAssigned", "there is no shared key to write with");
        (await Bicep.MainAsync())["outputs"]!.AsObject().Select(output => output.Key)
            .Should().Contain((await Bicep.EventsAsync())["parameters"]!.AsObject().Select(parameter => parameter.Key), "deploy.sh gives it what main.bicep gives");
    }

    /// <summary>The app's settings: those written out as they are, others as expressions.</summary>
    private static async Task<Dictionary<string, string>> SettingsAsync()
    {
        var config = (await OfTypeAsync("Microsoft.Web/sites/config")).Single(config => config.LastNames.Single() == "appsettings");
        var settings = config.Template["variables"]!["defaults"]!.AsObject().ToDictionary(setting => setting.Key, setting => (string)setting.Value!);
        foreach (Match pair in Pair().Matches((string)config.Json["properties"]!))
        {
            settings.Add(pair.Groups["name"].Value, pair.Groups["value"].Value);
        }

        return settings;
    }

    private static string Value(DeployedResource resource, JsonNode node) =>
        node.ToString() is var text && text.StartsWith("[parameters('", StringComparison.Ordinal)
            ? resource.Resolve("parameters", text[13..^3])!.ToString()
            : text;

    private static async Task<List<DeployedResource>> OfTypeAsync(string type)
    {
        var found = DeployedResource.AllOf(await Bicep.MainAsync()).Where(resource => resource.Type == type).ToList();
        found.Should().NotBeEmpty("there is a {0}", type);
        return found;
    }

    private static async Task<IEnumerable<string>> LastNamesAsync(string type) =>
        (await OfTypeAsync($"{Account}/{type}")).SelectMany(resource => resource.LastNames);

    private static IEnumerable<(string Name, JsonNode Trigger)> HttpTriggers() =>
        Functions().Where(function => (string?)function.Trigger["type"] == "httpTrigger");

    private static IEnumerable<(string Name, JsonNode Trigger)> Functions() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppProcess.Folder, "functions.metadata")))!.AsArray()
            .Select(function => ((string)function!["name"]!, function["bindings"]![0]!));

    // 'Name', value in createObject; a value may have brackets and commas of its own in them.
    [GeneratedRegex(@"'(?<name>[A-Za-z]+(?:_+[A-Za-z]+)+)', (?<value>'[^']*'|[a-z]+\((?:[^()]|\([^()]*\))*\)(?:\.\w+)?)")]
    private static partial Regex Pair();
}
