using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Hazchem.Functions.Storage;

/// <summary>The documents' storage account: its containers, tables and queue.</summary>
internal sealed class DocumentStorage(BlobServiceClient blobs, QueueServiceClient queues, TableServiceClient tables)
{
    private readonly Lock gate = new();
    private Task? creation;

    public BlobContainerClient Outbound { get; } = blobs.GetBlobContainerClient(StorageNames.OutboundContainer);

    public BlobContainerClient Sent { get; } = blobs.GetBlobContainerClient(StorageNames.SentContainer);

    public BlobContainerClient NotSent { get; } = blobs.GetBlobContainerClient(StorageNames.NotSentContainer);

    public BlobContainerClient Inbound { get; } = blobs.GetBlobContainerClient(StorageNames.InboundContainer);

    public BlobContainerClient Thumbnails { get; } = blobs.GetBlobContainerClient(StorageNames.ThumbnailsContainer);

    public TableClient ConsignmentDocuments { get; } = tables.GetTableClient(StorageNames.ConsignmentDocumentsTable);

    public TableClient OutboundWaiting { get; } = tables.GetTableClient(StorageNames.OutboundWaitingTable);

    public TableClient NeedsAttention { get; } = tables.GetTableClient(StorageNames.NeedsAttentionTable);

    public TableClient Activity { get; } = tables.GetTableClient(StorageNames.ActivityTable);

    public TableClient DepotState { get; } = tables.GetTableClient(StorageNames.DepotStateTable);

    public TableClient ToPrint { get; } = tables.GetTableClient(StorageNames.ToPrintTable);

    public QueueClient DocumentEvents { get; } = queues.GetQueueClient(StorageNames.DocumentEventsQueue);

    public QueueClient PoisonMessages { get; } = queues.GetQueueClient(StorageNames.PoisonQueue);

    /// <summary>
    /// Makes what is missing, once for the process. Every function calls it first: the account may be out of reach when
    /// the app starts, and that must not stop the start. What failed is tried again by the next call.
    /// </summary>
    public Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (creation is null or { IsFaulted: true })
            {
                creation = CreateMissingAsync();
            }

            return creation.WaitAsync(cancellationToken);
        }
    }

    private Task CreateMissingAsync() => Task.WhenAll(
    [
        .. StorageNames.Containers.Select(name => CreateAsync(
            () => blobs.GetBlobContainerClient(name).CreateAsync(),
            BlobErrorCode.ContainerAlreadyExists.ToString())),
        .. StorageNames.Tables.Select(name => CreateAsync(
            () => tables.GetTableClient(name).CreateAsync(),
            TableErrorCode.TableAlreadyExists.ToString())),
        .. StorageNames.Queues.Select(name => CreateAsync(
            () => queues.GetQueueClient(name).CreateAsync(),
            QueueErrorCode.QueueAlreadyExists.ToString())),
    ]);

    private static async Task CreateAsync(Func<Task> create, string alreadyExists)
    {
        try
        {
            await create();
        }
        catch (RequestFailedException e) when (e.ErrorCode == alreadyExists)
        {
            // It is there, which is what was wanted. Asking first would be one request more.
        }
    }
}
