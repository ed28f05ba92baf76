using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Inbound;

/// <summary>Takes one listed document from Hazchem into Blob Storage, and links it.</summary>
internal sealed class DocumentFetcher(
    HazchemClient hazchem,
    DocumentStorage storage,
    InboundRecords records,
    InboundSettings settings,
    Instruments instruments,
    ILogger<DocumentFetcher> logger) : IDisposable
{
    /// <summary>In bytes, of a block of a document too long to be held whole.</summary>
    private const int BlockBytes = 4 * 1024 * 1024;

    /// <summary>Documents in flight over all depots: at 8 MiB each, 128 MiB at most.</summary>
    private readonly SemaphoreSlim inFlight = new(16);

    /// <param name="damagesBefore">How often this document came before and was not what the listing says.</param>
    public async Task<FetchResult> FetchAsync(
        DepotCode depot, ListedDocument document, int damagesBefore, CancellationToken cancellationToken)
    {
        await inFlight.WaitAsync(cancellationToken);
        try
        {
            return await FetchNowAsync(depot, document, damagesBefore, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 and not (401 or 403 or 404 or 408 or 429))
        {
            // Storage is there but does not take this one.
            return new FetchResult.Failed($"Storage refused it: {e.Status} {e.ErrorCode}.");
        }
        catch (IOException e)
        {
            return new FetchResult.Failed($"The connection broke while its content came: {PlainText.OneLine(e.Message, 150)}");
        }
        finally
        {
            inFlight.Release();
        }
    }

    public void Dispose() => inFlight.Dispose();

    /// <summary>1. is it expected, 2. take its content, 3. check it, 4. store it, 5. link it and tell.</summary>
    private async Task<FetchResult> FetchNowAsync(
        DepotCode depot, ListedDocument document, int damagesBefore, CancellationToken cancellationToken)
    {
        // 1.
        var expectation = Expectation.Of(document, out var unexpected);
        using var about = DocumentScope.Begin(
            logger, "fetch document", Direction.Inbound, depot.Value, expectation?.Consignment.Value, expectation?.Type.ToSegment());
        if (expectation is null)
        {
            return await RecordAsync(InboundState.Skipped, null, unexpected);
        }

        if (document.Length > settings.MaxContentBytes)
        {
            return await RecordAsync(
                InboundState.Skipped,
                null,
                $"It has {document.Length} bytes; at most {settings.MaxContentBytes} are fetched (setting Inbound__MaxContentBytes).");
        }

        // 2.
        var most = document.Length >= 0 ? document.Length : settings.MaxContentBytes;
        var tooLong = new FetchResult.Failed(document.Length >= 0
            ? $"Its content is longer than the {most} bytes in Hazchem's listing, so the rest was not read."
            : $"Its content is longer than {most} bytes, so the rest was not read (setting Inbound__MaxContentBytes).");
        var answer = await hazchem.GetContentAsync(depot, document.DocumentId, most, cancellationToken);
        switch (answer)
        {
            case ContentOutcome.TooLong:
                return tooLong;
            case ContentOutcome.Withdrawn:
                return await RecordAsync(InboundState.Withdrawn, null, "Hazchem took the document back before it was fetched.");
            case ContentOutcome.Unknown unknown:
                return new FetchResult.Failed($"Hazchem lists it but does not give it out. {unknown.Message}");
            case ContentOutcome.Refused { Reason: RefusalReason.Unauthenticated } refused:
                return new FetchResult.KeyRefused(refused.Message);
            case ContentOutcome.Refused refused:
                return new FetchResult.Failed(refused.Message);
            case ContentOutcome.Unavailable unavailable:
                return new FetchResult.Failed(unavailable.Message);
        }

        await using var received = (ContentOutcome.Received)answer;
        var target = new Target(depot, document, expectation);
        var arrived = received.Length is { } length and <= HazchemClient.BufferedContent
            ? await HoldAsync(received.Stream, (int)length, cancellationToken)
            : await StageAsync(received.Stream, target, most, cancellationToken);
        if (arrived is null)
        {
            return tooLong;
        }

        instruments.TakenIn(Direction.Inbound, depot.Value, expectation.Type.ToSegment(), arrived.Bytes);

        // 3.
        var damage = arrived.Bytes != document.Length ? $"It has {arrived.Bytes} bytes, where Hazchem's listing says {document.Length}."
            : arrived.Sha256.Value != document.Sha256 ? "Its content is not what Hazchem's listing says: the SHA-256 differs."
            : null;
        if (damage is not null && damagesBefore + 1 < AsideDocument.ShownFrom)
        {
            return new FetchResult.Failed(damage, Damaged: true);
        }

        var reason = damage
            ?? (arrived.Format == expectation.Format
                ? null
                : $"It should be {Name(expectation.Format)}, but it is {Name(arrived.Format)}.");

        // 4. What is not as it should be is kept all the same: a driver may be waiting for it.
        var content = await StoreAsync(arrived, target, cancellationToken);

        // 5.
        return await RecordAsync(reason is null ? InboundState.Received : InboundState.Flagged, content, reason);

        async Task<FetchResult> RecordAsync(InboundState state, StoredContent? stored, string? why)
        {
            await records.RecordAsync(depot, document, state, stored, why, cancellationToken);
            about.Became(state.ToString());
            return new FetchResult.Handled(state);
        }
    }

    private static string Name(PictureFormat format) =>
        format is PictureFormat.Unknown ? "of no known format" : format.ToString().ToUpperInvariant();

    private static (string Extension, string ContentType) Kind(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => ("jpg", "image/jpeg"),
        PictureFormat.Png => ("png", "image/png"),
        PictureFormat.Tiff => ("tif", "image/tiff"),
        PictureFormat.WebP => ("webp", "image/webp"),
        PictureFormat.Gif => ("gif", "image/gif"),
        PictureFormat.Avif => ("avif", "image/avif"),
        PictureFormat.Heic => ("heic", "image/heic"),
        PictureFormat.Bmp => ("bmp", "image/bmp"),
        PictureFormat.Pdf => ("pdf", "application/pdf"),
        // Shown by a browser, an SVG or an unknown file could run a script in our name.
        PictureFormat.Svg => ("svg", "application/octet-stream"),
        _ => ("bin", "application/octet-stream"),
    };

    private static async Task<Arrived> HoldAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return new Arrived(length, Sha256Hash.Of(content), ContentRecognition.Recognise(content), content, []);
    }

    /// <summary>Stages block after block, since only the end shows whether the content is whole. Null if it has more than <paramref name="most"/> bytes.</summary>
    private async Task<Arrived?> StageAsync(Stream stream, Target target, long most, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var blocks = new List<string>();
            var format = PictureFormat.Unknown;
            var bytes = 0L;
            while (true)
            {
                // One byte more than the most shows that there is more.
                var room = (int)Math.Min(BlockBytes, most + 1 - bytes);
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, room), room, throwOnEndOfStream: false, cancellationToken);
                if (bytes + read > most)
                {
                    return null;
                }

                if (read == 0)
                {
                    break;
                }

                if (bytes == 0)
                {
                    format = ContentRecognition.Recognise(buffer.AsSpan(0, read));
                }

                hash.AppendData(buffer, 0, read);
                bytes += read;
                var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(blocks.Count.ToString("000000", CultureInfo.InvariantCulture)));
                using var block = new MemoryStream(buffer, 0, read, writable: false);
                await storage.Inbound.GetBlockBlobClient(target.BlobName(format)).StageBlockAsync(id, block, cancellationToken: cancellationToken);
                blocks.Add(id);
            }

            return new Arrived(bytes, Sha256Hash.FromBytes(hash.GetHashAndReset()), format, null, blocks);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One operation: the blob is there whole, or not at all. Written again, it is the same.</summary>
    private async Task<StoredContent> StoreAsync(Arrived arrived, Target target, CancellationToken cancellationToken)
    {
        var name = target.BlobName(arrived.Format);
        var blob = storage.Inbound.GetBlockBlobClient(name);
        var type = Kind(arrived.Format).ContentType;
        var headers = new BlobHttpHeaders { ContentType = type };
        if (arrived.Held is { } held)
        {
            using var stream = new MemoryStream(held, writable: false);
            await blob.UploadAsync(
                stream,
                new BlobUploadOptions
                {
                    HttpHeaders = headers,
                    TransferOptions = new StorageTransferOptions { InitialTransferSize = HazchemClient.BufferedContent },
                },
                cancellationToken);
        }
        else
        {
            await blob.CommitBlockListAsync(arrived.Blocks, new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken);
        }

        return new StoredContent(
            $"{StorageNames.InboundContainer}/{name}", name[(name.LastIndexOf('/') + 1)..], type, arrived.Bytes, arrived.Sha256);
    }

    /// <param name="Held">The content; null if it is staged as <paramref name="Blocks"/>.</param>
    private sealed record Arrived(
        long Bytes, Sha256Hash Sha256, PictureFormat Format, byte[]? Held, IReadOnlyList<string> Blocks);

    private sealed record Target(DepotCode Depot, ListedDocument Document, Expectation Expectation)
    {
        public string BlobName(PictureFormat format) =>
            $"{Depot}/{Expectation.Consignment}/{Expectation.Type.ToSegment()}/{NameEncoding.Encode(Document.DocumentId)}.{Kind(format).Extension}";
    }
}
