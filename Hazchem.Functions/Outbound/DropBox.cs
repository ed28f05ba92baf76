using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>The container <c>outbound</c> and where its files go from there.</summary>
internal sealed class DropBox(DocumentStorage storage, ImagingOptions imaging)
{
    private const string DroppedAs = "droppedas";

    /// <summary>On a file that was put back: the SHA-256 of its content.</summary>
    private const string SentAgainAs = "sentagainas";

    /// <summary>In characters. A blob's metadata have 8 KiB in all, and <see cref="SentAgainAs"/> comes to them when it is put back.</summary>
    private const int MostMetadata = (8 * 1024) - 256;

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
            await StreamedUpload.WriteAsync(
                container.GetBlockBlobClient(to.Name), whole.Content, file.Length, MetadataOf(file), new BlobRequestConditions(), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Its owner has overwritten or deleted it, so there is no original to keep any more.
        }
    }

    /// <summary>Only this version: a file that was overwritten meanwhile stays and is handled in its turn.</summary>
    /// <returns>False if this version is still there, since a lease, a snapshot or an immutability policy keeps it.</returns>
    public async Task<bool> DeleteAsync(Drop drop, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Outbound.GetBlobClient(drop.Name).DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = drop.Condition }, cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404 || e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            // Gone, or another version: both are as it should be.
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    /// <summary>What speaks for and against putting an original back. Two requests at most.</summary>
    public async Task<PutBackLook> LookBackAsync(OutboundWrite.PutBack back, Sha256Hash original, CancellationToken cancellationToken)
    {
        if (!IsAddressable(back.DropName))
        {
            return PutBackLook.Missing;
        }

        try
        {
            var there = await storage.Outbound.GetBlobClient(back.DropName).GetPropertiesAsync(cancellationToken: cancellationToken);
            return there.Value.Metadata.TryGetValue(SentAgainAs, out var hash) && hash == original.Value
                ? PutBackLook.AlreadyThere
                : PutBackLook.Taken;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return await storage.NotSent.GetBlobClient(back.Name).ExistsAsync(cancellationToken) ? PutBackLook.Free : PutBackLook.Missing;
        }
    }

    /// <summary>Puts an original back with what its drop said of it, unless there is a file by now. Two requests.</summary>
    /// <returns>The original's version; null where it is gone, or its place in the drop box is taken.</returns>
    public async Task<ETag?> PutBackAsync(OutboundWrite.PutBack back, Sha256Hash original, CancellationToken cancellationToken)
    {
        try
        {
            using var archived = (await storage.NotSent.GetBlobClient(back.Name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            var metadata = new Dictionary<string, string>(archived.Details.Metadata, StringComparer.OrdinalIgnoreCase) { [SentAgainAs] = original.Value };
            metadata.Remove(DroppedAs);
            await PutUnlessThereAsync(storage.Outbound.GetBlockBlobClient(back.DropName), archived, metadata, cancellationToken);
            return archived.Details.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412 || e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            return null;
        }
    }

    private static async Task PutUnlessThereAsync(
        BlockBlobClient blob, BlobDownloadStreamingResult archived, Dictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        try
        {
            await StreamedUpload.WriteAsync(
                blob, archived.Content, archived.Details.ContentLength, metadata, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 || e.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Perhaps it was this very write: the client repeats a request whose answer was lost.
            var there = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (!there.Value.Metadata.TryGetValue(SentAgainAs, out var hash) || hash != metadata[SentAgainAs])
            {
                throw;
            }
        }
    }

    /// <summary>Only this version: see <see cref="OutboundWrite.RemoveArchived"/>.</summary>
    public async Task RemoveArchivedAsync(string name, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await storage.NotSent.GetBlobClient(name).DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = version }, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            // Gone, archived anew, or kept by a lease or a policy: a copy too many does no harm.
        }
    }

    /// <summary>
    /// What its drop said of it, so that it can be put back as it was, and from where it lay: a signed paper that came back
    /// without its mark would be sent. What storage would not take is left out: a document that was sent must not stay behind
    /// for the sake of a word.
    /// </summary>
    private static Dictionary<string, string> MetadataOf(DroppedFile file)
    {
        var said = file.Metadata.ToMetadata();
        var kept = new Dictionary<string, string>();
        var room = MostMetadata;
        foreach (var (name, value) in (IEnumerable<KeyValuePair<string, string>>)[.. said, new(DroppedAs, Uri.EscapeDataString(file.Drop.Name))])
        {
            if (name.Length + value.Length <= room && value.All(c => char.IsAscii(c) && !char.IsControl(c)))
            {
                kept[name] = value;
                room -= name.Length + value.Length;
            }
        }

        return kept;
    }
}

/// <summary>Whether an original can go back into the drop box.</summary>
internal enum PutBackLook
{
    Free,

    /// <summary>It lies there: somebody has put it back before.</summary>
    AlreadyThere,

    /// <summary>Another file lies there under its name.</summary>
    Taken,

    /// <summary>The original is not kept.</summary>
    Missing,
}
