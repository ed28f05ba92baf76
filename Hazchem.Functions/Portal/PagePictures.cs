using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>
/// Documents' files as pictures, drawn within the memory that documents in flight share. A thumbnail is made once and kept
/// under its consignment and the file's hash; that none can be made is kept too, until it is old, but not that there was no
/// time or memory for it.
/// </summary>
internal sealed class PagePictures(
    DocumentStorage storage, DocumentFiles files, PageRenderer renderer, ImageConverter images, MemoryBudget memory, PortalSettings settings, TimeProvider time)
{
    private const int ThumbnailSide = 240;

    /// <returns>Null where the file is not kept.</returns>
    /// <exception cref="UnreadableFileException">It cannot be drawn.</exception>
    /// <exception cref="TimeoutException">It took too long this time.</exception>
    /// <exception cref="NoRoomException">There was no memory in time.</exception>
    public Task<IReadOnlyList<PageSize>?> MeasureAsync(DocumentRow document, CancellationToken cancellationToken) =>
        ReadAsync(document, content => renderer.Measure(content, cancellationToken), cancellationToken);

    /// <param name="document">Whose file.</param>
    /// <param name="page">From 0.</param>
    /// <param name="maxWidth">In pixels.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <inheritdoc cref="MeasureAsync"/>
    public Task<DrawnPage?> DrawAsync(DocumentRow document, int page, int maxWidth, CancellationToken cancellationToken) =>
        ReadAsync(document, content => new DrawnPage(renderer.Render(content, page, maxWidth, cancellationToken)), cancellationToken);

    /// <summary>One request where it was made before.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public async Task<byte[]?> ThumbnailAsync(DocumentRow document, CancellationToken cancellationToken)
    {
        if (document.Sha256 is not { } hash || document.Blob is null)
        {
            return null;
        }

        var kept = storage.Thumbnails.GetBlobClient($"{document.Key.Partition}/{hash}.jpg");
        try
        {
            var found = (await kept.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
            return found.Length > 0 ? found : throw new UnreadableFileException();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // It is made now.
        }

        try
        {
            if (await ReadAsync(document, content => renderer.Thumbnail(content, ThumbnailSide, cancellationToken), cancellationToken) is not { } made)
            {
                return null;
            }

            await KeepAsync(kept, made, cancellationToken);
            return made;
        }
        catch (UnreadableFileException)
        {
            // An empty one says so to whoever looks next.
            await KeepAsync(kept, [], cancellationToken);
            throw;
        }
    }

    private static async Task KeepAsync(BlobClient kept, byte[] jpeg, CancellationToken cancellationToken) => await kept.UploadAsync(
        BinaryData.FromBytes(jpeg),
        new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "image/jpeg" } },
        cancellationToken);

    /// <summary>Those that were made longer ago than they are kept. They are made again where somebody asks.</summary>
    public async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - settings.KeepThumbnails;
        await foreach (var thumbnail in storage.Thumbnails.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            if (thumbnail.Properties.LastModified < before)
            {
                await storage.Thumbnails.GetBlobClient(thumbnail.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
            }
        }
    }

    private async Task<T?> ReadAsync<T>(DocumentRow document, Func<byte[], T> draw, CancellationToken cancellationToken)
        where T : class
    {
        using var file = await files.OpenAsync(document, cancellationToken);
        if (file is null)
        {
            return null;
        }

        var length = file.Details.ContentLength;
        if (images.RefuseBySize(length) is not null)
        {
            throw new UnreadableFileException();
        }

        using var held = await memory.TakeForFileAsync(length, cancellationToken) ?? throw new NoRoomException();
        var content = new byte[length];
        await file.Content.ReadExactlyAsync(content, cancellationToken);
        using var room = await memory.TakeForPageAsync(content, images, cancellationToken) ?? throw new NoRoomException();
        try
        {
            return await Task.Run(() => draw(content), cancellationToken);
        }
        catch (OutOfMemoryException)
        {
            throw new NoRoomException();
        }
    }
}

/// <param name="Page">Null where the file has no such page.</param>
internal sealed record DrawnPage(RenderedPage? Page);
