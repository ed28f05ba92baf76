using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Storage;

/// <summary>
/// How to reach the documents' storage account, read as the Functions host reads the connection <c>DocumentStorage</c>:
/// a connection string, or an identity with <c>__accountName</c> or the three service URIs.
/// </summary>
internal sealed record StorageSettings
{
    /// <summary>The name of the connection, in the settings and in each function.json.</summary>
    public const string Connection = "DocumentStorage";

    private readonly string? connectionString;
    private readonly Uri? blobs;
    private readonly Uri? queues;
    private readonly Uri? tables;
    private readonly TokenCredential? credential;

    private StorageSettings(string connectionString) => this.connectionString = connectionString;

    private StorageSettings(Uri blobs, Uri queues, Uri tables, TokenCredential credential)
    {
        this.blobs = blobs;
        this.queues = queues;
        this.tables = tables;
        this.credential = credential;
    }

    public static StorageSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Connection);
        var connectionString = configuration.GetConnectionString(Connection) ?? section.Value;
        if (!string.IsNullOrWhiteSpace(connectionString))
        {
            var settings = new StorageSettings(connectionString);
            try
            {
                _ = settings.CreateBlobs(new BlobClientOptions());
                _ = settings.CreateQueues(new QueueClientOptions());
                _ = settings.CreateTables(new TableClientOptions());
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
            {
                throw new SettingsException(
                    Connection,
                    "this is no connection string of a storage account with blobs, queues and tables; copy it from the account's access keys, or set DocumentStorage__accountName to use an identity.");
            }

            return settings;
        }

        var accountName = section["accountName"];
        return new StorageSettings(
            Service(section, accountName, "blob"),
            Service(section, accountName, "queue"),
            Service(section, accountName, "table"),
            CheckedCredential(section));
    }

    public BlobServiceClient CreateBlobs(BlobClientOptions options) =>
        connectionString is not null ? new(connectionString, options) : new(blobs, credential, options);

    public QueueServiceClient CreateQueues(QueueClientOptions options) =>
        connectionString is not null ? new(connectionString, options) : new(queues, credential, options);

    public TableServiceClient CreateTables(TableClientOptions options) =>
        connectionString is not null ? new(connectionString, options) : new(tables, credential, options);

    private static Uri Service(IConfigurationSection section, string? accountName, string service)
    {
        var setting = $"{service}ServiceUri";
        if (section[setting] is { Length: > 0 } text)
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback)
                ? uri
                : throw new SettingsException(
                    $"{Connection}__{setting}", $"this is no HTTPS address; it is written like https://account.{service}.core.windows.net.");
        }

        return accountName switch
        {
            null or "" => throw new SettingsException(
                Connection,
                $"not set. Give a connection string, or {Connection}__accountName, or {Connection}__blobServiceUri, __queueServiceUri and __tableServiceUri; {Connection}__{setting} is missing."),
            _ when accountName.Length is >= 3 and <= 24 && accountName.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c)) =>
                new Uri($"https://{accountName}.{service}.core.windows.net"),
            _ => throw new SettingsException(
                $"{Connection}__accountName", "a storage account's name has 3 to 24 lower-case letters and digits."),
        };
    }

    private static TokenCredential CheckedCredential(IConfigurationSection section)
    {
        try
        {
            return Credential(section);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new SettingsException(
                $"{Connection}__credential", $"the identity's settings (tenantId, clientId, clientSecret, managedIdentityResourceId) do not fit: {e.Message.Split('\n')[0]}");
        }
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        var clientId = section["clientId"];
        return section["credential"]?.ToLowerInvariant() switch
        {
            null or "" when section["clientSecret"] is { Length: > 0 } secret => new ClientSecretCredential(
                Required(section, "tenantId"), Required(section, "clientId"), secret),
            null or "" => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId }),
            "managedidentity" => new ManagedIdentityCredential(
                section["managedIdentityResourceId"] is { Length: > 0 } resource ? ManagedIdentityId.FromUserAssignedResourceId(new ResourceIdentifier(resource))
                : clientId is { Length: > 0 } ? ManagedIdentityId.FromUserAssignedClientId(clientId)
                : ManagedIdentityId.SystemAssigned),
            _ => throw new SettingsException($"{Connection}__credential", "the one value that is known is managedidentity."),
        };
    }

    private static string Required(IConfigurationSection section, string name) =>
        section[name] is { Length: > 0 } value
            ? value
            : throw new SettingsException($"{Connection}__{name}", "not set, and DocumentStorage__clientSecret needs it.");
}
