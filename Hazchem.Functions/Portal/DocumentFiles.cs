using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>The files that documents' rows speak of.</summary>
internal sealed class DocumentFiles(DocumentStorage storage)
{
    /// <summary>One request, with reading what it returns; dispose it.</summary>
    /// <returns>Null where no file is kept, or not this version of it.</returns>
    public async Task<BlobDownloadStreamingResult?> OpenAsync(DocumentRow document, CancellationToken cancellationToken)
    {
        if (Find(document) is not { } blob)
        {
            return null;
        }

        try
        {
            // In the drop box another version of the file is another document.
            var conditions = document is { DropETag: { } etag } && blob.BlobContainerName == StorageNames.OutboundContainer
                ? new BlobRequestConditions { IfMatch = Drop.Of(blob.Name, etag).Condition }
                : null;
            return (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    private BlobClient? Find(DocumentRow document)
    {
        if (document.Blob is not { } address || address.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash))
        {
            return null;
        }

        var name = address[(slash + 1)..];
        var container = address[..slash] switch
        {
            StorageNames.OutboundContainer => storage.Outbound,
            StorageNames.SentContainer => storage.Sent,
            StorageNames.NotSentContainer => storage.NotSent,
            StorageNames.InboundContainer => storage.Inbound,
            _ => null,
        };
        return DropBox.IsAddressable(name) ? container?.GetBlobClient(name) : null;
    }
}
