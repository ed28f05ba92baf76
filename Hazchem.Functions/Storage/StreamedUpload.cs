using System.Buffers;
using System.Buffers.Binary;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Hazchem.Functions.Storage;

/// <summary>
/// Writes a blob from a stream and holds a block of it at a time; the client would hold the first 256 MiB. The blob is there
/// when the whole stream was read, and not before.
/// </summary>
internal static class StreamedUpload
{
    private const int BlockBytes = 4 * 1024 * 1024;

    /// <summary>As long as the client's own: the ids of a blob's blocks must be of one length.</summary>
    private const int IdBytes = 48;

    private const int GuidBytes = 16;

    /// <summary>What writing so many bytes holds.</summary>
    public static long HeldBytes(long length) => Math.Min(length, BlockBytes);

    /// <exception cref="Azure.RequestFailedException">
    /// <see cref="BlobErrorCode.InvalidBlockList"/> if the blob was written meanwhile, since that takes the blocks away; besides
    /// what the conditions say.
    /// </exception>
    public static async Task<BlobContentInfo> WriteAsync(
        BlockBlobClient blob, Stream content, long length, Dictionary<string, string> metadata, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)HeldBytes(length));
        try
        {
            if (length <= BlockBytes)
            {
                using var whole = await ReadAsync(length);
                return await blob.UploadAsync(whole, new BlobUploadOptions { Metadata = metadata, Conditions = conditions }, cancellationToken);
            }

            // Two uploads to one blob must not mix their blocks.
            var upload = Guid.NewGuid();
            var ids = new List<string>();
            for (var at = 0L; at < length; at += BlockBytes)
            {
                using var block = await ReadAsync(Math.Min(length - at, BlockBytes));
                ids.Add(IdOf(upload, ids.Count));
                await blob.StageBlockAsync(ids[^1], block, cancellationToken: cancellationToken);
            }

            return await blob.CommitBlockListAsync(ids, new CommitBlockListOptions { Metadata = metadata, Conditions = conditions }, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async Task<MemoryStream> ReadAsync(long bytes)
        {
            await content.ReadExactlyAsync(buffer.AsMemory(0, (int)bytes), cancellationToken);
            return new MemoryStream(buffer, 0, (int)bytes, writable: false);
        }
    }

    private static string IdOf(Guid upload, int block)
    {
        var id = new byte[IdBytes];
        upload.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(GuidBytes), block);
        return Convert.ToBase64String(id);
    }
}
