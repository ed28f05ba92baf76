using Azure;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>The container <c>outbound</c> and where its files go from there.</summary>
internal sealed class DropBox(DocumentStorage storage, ImagingOptions imaging)
{
    /// <summary>
    /// Whether the blob can be asked for by its name. A name with <c>.</c> or <c>..</c> between slashes cannot: an
    /// address is shortened by them and then names another blob.
    /// </summary>
    public static bool IsAddressable(string name) =>
        !name.Split('/').Any(part => part is "." or "..");

    /// <summary>One request, with reading what it returns.</summary>
    /// <returns>Null where there is no such blob.</returns>
    public async Task<DropDownload?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await storage.Outbound.GetBlobClient(name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            return new DropDownload(name, answer.Value, imaging.MaxInputBytes);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>Whether this version is still there.</summary>
    public async Task<bool> HasAsync(Drop drop, CancellationToken cancellationToken)
    {
        try
        {
            var properties = await storage.Outbound.GetBlobClient(drop.Name).GetPropertiesAsync(cancellationToken: cancellationToken);
            return Drop.Of(drop.Name, properties.Value.ETag) == drop;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>What is pending, in no order. A request for every 5,000.</summary>
    public async IAsyncEnumerable<PendingDrop> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in storage.Outbound.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            yield return new PendingDrop(
                Drop.Of(blob.Name, blob.Properties.ETag!.Value), blob.Properties.LastModified ?? DateTimeOffset.MinValue);
        }
    }

    /// <summary>
    /// Keeps the original, from the bytes that were read and hashed: the blob may be another by now. One request, but
    /// for a file that was not held.
    /// </summary>
    public async Task ArchiveAsync(DroppedFile file, OutboundWrite.Archive to, CancellationToken cancellationToken)
    {
        var container = to.Container == StorageNames.SentContainer ? storage.Sent : storage.NotSent;
        var target = container.GetBlobClient(to.Name);
        if (file.Content is { } content)
        {
            await target.UploadAsync(
                BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = MetadataOf(file) }, cancellationToken);
            return;
        }

        var source = storage.Outbound.GetBlobClient(file.Drop.Name);
        try
        {
            using var whole = (await source.DownloadStreamingAsync(
                new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = file.Drop.Condition } },
                cancellationToken)).Value;
            await target.UploadAsync(whole.Content, new BlobUploadOptions { Metadata = MetadataOf(file) }, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Its owner has overwritten or deleted it, so there is no original to keep any more.
        }
    }

    /// <summary>Only this version: a file that was overwritten meanwhile stays and is handled in its turn.</summary>
    public async Task DeleteAsync(Drop drop, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Outbound.GetBlobClient(drop.Name).DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = drop.Condition }, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Gone, or another version: both are as it should be.
        }
    }

    /// <summary>From where it lay, so that it can be put back there.</summary>
    private static Dictionary<string, string> MetadataOf(DroppedFile file) =>
        new() { ["droppedas"] = Uri.EscapeDataString(file.Drop.Name) };
}
