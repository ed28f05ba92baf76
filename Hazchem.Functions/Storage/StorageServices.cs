using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Hazchem.Functions.Storage;

internal static class StorageServices
{
    public static IServiceCollection AddDocumentStorage(this IServiceCollection services, StorageSettings settings) => services
        .AddSingleton(_ => new DocumentStorage(
            settings.CreateBlobs(Configure(new BlobClientOptions(), TimeSpan.FromSeconds(20))),
            settings.CreateQueues(Configure(new QueueClientOptions(), TimeSpan.FromSeconds(5))),
            settings.CreateTables(Configure(new TableClientOptions(), TimeSpan.FromSeconds(5)))))
        .AddSingleton<Outcomes>()
        .AddSingleton<AttentionList>();

    /// <summary>
    /// Three attempts: an account that refuses costs about a second, one that hangs three times the timeout. What lasts
    /// longer is not waited out in a call: the document stays in the drop box, or the listing keeps it, and the next run
    /// comes to it.
    /// </summary>
    /// <param name="options">The client's.</param>
    /// <param name="timeout">One attempt, and while content is read the time without a byte.</param>
    private static T Configure<T>(T options, TimeSpan timeout)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = timeout;
        return options;
    }
}
