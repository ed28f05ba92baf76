using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Hazchem.Functions.Storage;

internal static class StorageServices
{
    public static IServiceCollection AddDocumentStorage(this IServiceCollection services, StorageSettings settings) => services
        .AddSingleton(_ => new DocumentStorage(
            settings.CreateBlobs(Configure(new BlobClientOptions())),
            settings.CreateQueues(Configure(new QueueClientOptions())),
            settings.CreateTables(Configure(new TableClientOptions()))))
        .AddSingleton<Outcomes>()
        .AddSingleton<AttentionList>();

    /// <summary>
    /// Four attempts within about half a minute. What lasts longer is not waited out in a call: the document stays in
    /// the drop box, or the listing keeps it, and the next run comes to it.
    /// </summary>
    private static T Configure<T>(T options)
        where T : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(5);
        options.Retry.MaxRetries = 3;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(60);
        return options;
    }
}
