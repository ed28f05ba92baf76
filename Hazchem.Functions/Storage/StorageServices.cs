using System.Reflection;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Hazchem.Functions.Hosting;
using Microsoft.Extensions.Azure;

namespace Hazchem.Functions.Storage;

internal static class StorageServices
{
    /// <summary>The name of the connection, in the settings and on the blob trigger.</summary>
    public const string Connection = "DocumentStorage";

    /// <summary>Registers the clients from the same settings that the Functions host reads for the blob trigger.</summary>
    /// <exception cref="SettingsException">The account is not named, or its identity's settings do not fit together.</exception>
    public static IServiceCollection AddDocumentStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var connectionStrings = configuration.GetSection("ConnectionStrings").GetSection(Connection);
        var connection = connectionStrings.Exists() ? connectionStrings : configuration.GetSection(Connection);
        try
        {
            services.AddAzureClients(clients =>
            {
                clients.ConfigureDefaults(Configure);
                clients.AddBlobServiceClient(For("blob", connection)).ConfigureOptions(options => options.Retry.NetworkTimeout = TimeSpan.FromSeconds(20));
                clients.AddQueueServiceClient(For("queue", connection));
                clients.AddTableServiceClient(For("table", connection));
            });
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new SettingsException($"{Connection}__credential", $"the identity's settings do not fit together: {e.Message.Split('\n')[0]}");
        }

        return services
            // The clients' own lines have addresses, and those have files' names in them.
            .AddLogging(logging => logging.AddFilter("Azure", LogLevel.None))
            .AddSingleton(Create)
            .AddSingleton<Outcomes>()
            .AddSingleton<AttentionList>();
    }

    /// <summary>
    /// Three attempts: an account that refuses costs about a second, one that hangs three times the timeout. What lasts
    /// longer is not waited out in a call: the document stays in the drop box, or the listing keeps it, and the next run
    /// comes to it.
    /// </summary>
    private static void Configure(ClientOptions options)
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.MaxRetries = 2;

        // One attempt, and while content is read the time without a byte.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
    }

    /// <summary>The account's address as the clients name it: the Functions host has names of its own.</summary>
    private static IConfiguration For(string service, IConfigurationSection connection)
    {
        if (!string.IsNullOrWhiteSpace(connection.Value))
        {
            return connection;
        }

        var (setting, address) = connection["accountName"] is { Length: > 0 } account
            ? ("accountName", $"https://{account}.{service}.core.windows.net")
            : ($"{service}ServiceUri", connection[$"{service}ServiceUri"]);
        if (string.IsNullOrEmpty(address))
        {
            throw new SettingsException(
                Connection,
                $"not set. Give a connection string, or {Connection}__accountName, or {Connection}__blobServiceUri, __queueServiceUri and __tableServiceUri; {Connection}__{setting} is missing.");
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback))
        {
            throw new SettingsException($"{Connection}__{setting}", $"must give an address such as https://account.{service}.core.windows.net.");
        }

        // The table client calls it otherwise than the other two.
        return new ConfigurationBuilder()
            .AddConfiguration(connection)
            .AddInMemoryCollection([new("serviceUri", address), new("endpoint", address)])
            .Build();
    }

    private static DocumentStorage Create(IServiceProvider services)
    {
        try
        {
            return new DocumentStorage(
                services.GetRequiredService<BlobServiceClient>(),
                services.GetRequiredService<QueueServiceClient>(),
                services.GetRequiredService<TableServiceClient>());
        }
        catch (TargetInvocationException)
        {
            // The inner exception may say the key.
            throw new SettingsException(
                Connection,
                "this is no connection string of a storage account with blobs, queues and tables; copy it from the account's access keys, or set DocumentStorage__accountName to use an identity.");
        }
    }
}
