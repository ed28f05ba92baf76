using Azure.Storage.Blobs;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>Sends one file of the drop box as soon as it is dropped.</summary>
internal sealed class SendDocument(DocumentStorage storage, DocumentSender sender, RunningSends running, TimeProvider time)
{
    /// <summary>How the host hears of a file. Flex Consumption does not poll: build with BlobTriggerSource=EventGrid.</summary>
#if BLOBS_FROM_EVENT_GRID
    private const BlobTriggerSource Source = BlobTriggerSource.EventGrid;
#else
    private const BlobTriggerSource Source = BlobTriggerSource.LogsAndContainerScan;
#endif

    /// <param name="document">Bound so that the host does not download the file: the app reads it itself, once.</param>
    /// <param name="name">Not the client's own, which a name with <c>..</c> in it would change.</param>
    /// <param name="cancellationToken">The host cancels: a claim is given back at once, and a call that has begun is finished in time.</param>
    [Function(nameof(SendDocument))]
    public async Task RunAsync(
        [BlobTrigger($"{StorageNames.OutboundContainer}/{{name}}", Connection = StorageServices.Connection, Source = Source)] BlobClient document,
        string name,
        CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + OutboundPolicy.FunctionLasts;
        await storage.EnsureCreatedAsync(cancellationToken);
        await running.RunAsync(stopping => sender.SendAsync(name, until, stopping), cancellationToken);
    }
}
