using System.Buffers;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>A blob of the drop box that answers: its headers are here, its content is still to be read.</summary>
internal sealed class DropDownload(string name, BlobDownloadStreamingResult answer, long maxHeld) : IDisposable
{
    private const int BufferSize = 81920;

    /// <summary>In bytes: what handling it will hold. A file that is larger than any the app takes is hashed and archived in parts.</summary>
    public long HeldBytes => IsHeld ? answer.Details.ContentLength : StreamedUpload.HeldBytes(answer.Details.ContentLength);

    private bool IsHeld => answer.Details.ContentLength <= maxHeld;

    public async Task<DroppedFile> ReadAsync(CancellationToken cancellationToken)
    {
        var fits = DropName.TryParse(name, out var parsed, out var problem);
        var content = IsHeld ? await ReadContentAsync(cancellationToken) : null;
        return new DroppedFile
        {
            Drop = Drop.Of(name, answer.Details.ETag),
            Name = fits ? parsed : null,
            NameProblem = problem,
            Metadata = DropMetadata.Of(answer.Details.Metadata),
            DroppedAt = answer.Details.LastModified,
            Length = answer.Details.ContentLength,
            Sha256 = content is null ? await HashAsync(cancellationToken) : Sha256Hash.Of(content),
            // Said in full: a null of no type would become empty memory here, and not none.
            Content = content is null ? default(ReadOnlyMemory<byte>?) : content,
        };
    }

    public void Dispose() => answer.Dispose();

    private async Task<byte[]> ReadContentAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[answer.Details.ContentLength];
        await answer.Content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<Sha256Hash> HashAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = await answer.Content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Sha256Hash.FromBytes(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
