using System.Diagnostics;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Outbound;

/// <summary>Takes one blob of the drop box through to its outcome.</summary>
/// <remarks>
/// <code>
///  1 read          the blob, whole, with its ETag and metadata
///  2 claim         its row, so that one owner at a time sends it
///  3 check         the rules that can be told without asking
///  4 convert       to Hazchem's format and limit
///  5 send          under the generation's idempotency key
///  6 record        tell the TMS, the row, the original archived, the blob deleted
/// </code>
/// What is written, and in which order, is <see cref="OutboundTransitions"/>' to say. Whatever is thrown on the way leaves
/// the blob where it is, and the sweep comes back to it when the claim has expired.
/// </remarks>
internal sealed class DocumentSender(
    DropBox dropBox,
    MemoryBudget memory,
    OutboundDocuments documents,
    WaitingList waiting,
    OutboundWriter writer,
    HazchemSettings hazchem,
    HazchemClient client,
    DepotGates gates,
    ImageConverter images,
    TimeProvider time,
    ILogger<DocumentSender> logger)
{
    /// <summary>How long a depot with an unusable key waits before it is looked at again; a new key means a restart.</summary>
    private static readonly TimeSpan ParkedFor = TimeSpan.FromHours(1);

    /// <summary>Two owners may race for a row, and each loss means that the other moved on.</summary>
    private const int MaxRaces = 5;

    /// <summary>Sends the blob of this name, or does nothing where it is gone or in another's hands.</summary>
    public async Task SendAsync(string blobName, CancellationToken cancellationToken)
    {
        // 1
        if (!DropBox.IsAddressable(blobName))
        {
            // Asking for it would read another blob. The sweep finds it in the listing and shows it to a person.
            return;
        }

        using var download = await dropBox.OpenAsync(blobName, cancellationToken);
        if (download is null)
        {
            Log.BlobGone(logger, PlainText.OneLine(blobName, DropName.MaxLength));
            return;
        }

        using var held = await memory.TakeForFileAsync(download.HeldBytes, cancellationToken);
        if (held is null)
        {
            Log.NoMemory(logger, PlainText.OneLine(blobName, DropName.MaxLength));
            return;
        }

        var file = await download.ReadAsync(cancellationToken);
        var room = await memory.TakeForDecodingAsync(
            file.Content is { } content ? images.EstimateMemory(content) : 0, cancellationToken);
        if (room is null)
        {
            // Unclaimed, so that nobody takes it for a crash; the sweep comes to it soon.
            Log.NoMemory(logger, PlainText.OneLine(blobName, DropName.MaxLength));
            await waiting.PutAsync(
                new OutboundWrite.PutWaiting(file.Drop, file.Key, time.GetUtcNow() + OutboundPolicy.LookAgainAtRepeat), cancellationToken);
            return;
        }

        using (room)
        {
            // 2
            if (await ClaimAsync(file, cancellationToken) is { } claimed)
            {
                await SendClaimedAsync(file, claimed, room, cancellationToken);
            }
        }
    }

    private async Task SendClaimedAsync(DroppedFile file, StoredDocument claimed, IDisposable room, CancellationToken cancellationToken)
    {
        // 3
        if (Refuse(file) is { } reason)
        {
            await RecordAsync(file, claimed, new OutboundEvent.Refused(reason), cancellationToken);
            return;
        }

        // 4
        var name = file.Name!;
        var picture = images.Convert(file.Content!.Value, ShapeOf(name.Type), claimed.Document.MaxBytes!.Value, cancellationToken);
        room.Dispose();
        if (IsOver(claimed.Document))
        {
            return;
        }

        // 5, 6
        var happened = await SendAsync(file, claimed.Document, picture, again: false, cancellationToken);
        if (await RecordAsync(file, claimed, happened, cancellationToken) is not ({ Next: OutboundNext.SendAgain }, { } owned))
        {
            return;
        }

        var smaller = images.Convert(file.Content.Value, ShapeOf(name.Type), owned.Document.MaxBytes!.Value, cancellationToken);
        if (IsOver(owned.Document))
        {
            return;
        }

        happened = await SendAsync(file, owned.Document, smaller, again: true, cancellationToken);
        await RecordAsync(file, owned, happened, cancellationToken);
    }

    /// <summary>An owner that lost its claim on the way must not send: another may be at a later generation by now.</summary>
    private bool IsOver(OutboundDocument claimed)
    {
        var isOver = claimed.ClaimedUntil <= time.GetUtcNow();
        if (isOver)
        {
            Log.ClaimLost(logger, claimed.Key);
        }

        return isOver;
    }

    private async Task<StoredDocument?> ClaimAsync(DroppedFile file, CancellationToken cancellationToken)
    {
        var arrived = await ArriveAsync(file, cancellationToken);
        StoredDocument? stored = null;
        for (var race = 0; race < MaxRaces; race++)
        {
            var transition = OutboundTransitions.Apply(stored?.Document, arrived, time.GetUtcNow());
            if (await writer.WriteAsync(transition.Writes, file, stored, cancellationToken) is { Lost: false } written)
            {
                if (transition.Next == OutboundNext.Send)
                {
                    return written.Stored;
                }

                Log.NotClaimed(logger, file.Key, (written.Stored?.Document ?? stored!.Document).State);
                return null;
            }

            // There is a row, or another owner wrote it: see what it says now.
            stored = await documents.ReadAsync(file.Key, cancellationToken);
        }

        Log.TooManyRaces(logger, file.Key);
        return null;
    }

    private async Task<(OutboundTransition Transition, StoredDocument? Held)> RecordAsync(
        DroppedFile file, StoredDocument claimed, OutboundEvent happened, CancellationToken cancellationToken)
    {
        var transition = OutboundTransitions.Apply(claimed.Document, happened, time.GetUtcNow());
        var written = await writer.WriteAsync(transition.Writes, file, claimed, cancellationToken);
        if (written.Lost)
        {
            // The claim had expired and somebody took over: under the same key, so Hazchem still has it once at most.
            Log.ClaimLost(logger, file.Key);
            return (transition, null);
        }

        var document = written.Stored!.Document;
        if (transition.Next == OutboundNext.SendAgain)
        {
            Log.SentAgain(logger, document.Key, document.Generation);
        }
        else if (document.State == OutboundState.Sent)
        {
            Log.Sent(logger, document.Key, document.Generation, document.OriginalBytes, document.Sent!.Bytes);
        }
        else
        {
            Log.NotSentNow(logger, document.Key, document.State, document.Generation, document.Reason);
        }

        return (transition, written.Stored);
    }

    private string? Refuse(DroppedFile file)
    {
        if (file.Name is null)
        {
            return file.NameProblem;
        }

        return SubmissionRules.Refuse(file.Name, file.Metadata, [.. hazchem.Depots.Keys])
            ?? (file.Content is null ? images.RefuseBySize(file.Length) : null);
    }

    private async ValueTask<OutboundEvent.Arrived> ArriveAsync(DroppedFile file, CancellationToken cancellationToken)
    {
        if (file.Name is not { } name)
        {
            return new OutboundEvent.Arrived(file);
        }

        var now = time.GetUtcNow();
        var limit = hazchem.MaxBytes.For(name.Type);
        switch (hazchem.Depots.GetValueOrDefault(name.Depot))
        {
            case DepotAccess.Parked parked:
                return new OutboundEvent.Arrived(file, limit, new DepotClosure(parked.Reason, now + ParkedFor));
            case DepotAccess.Usable:
                var gate = await gates.GetAsync(name.Depot, cancellationToken);
                return new OutboundEvent.Arrived(file, gate.LimitFor(name.Type, limit, now), gate.ClosureFor(name.Type, now));
            default:
                return new OutboundEvent.Arrived(file, limit);
        }
    }

    private async Task<OutboundEvent> SendAsync(
        DroppedFile file, OutboundDocument document, ConversionResult result, bool again, CancellationToken cancellationToken)
    {
        var name = file.Name!;
        switch (result)
        {
            case ConversionResult.Refused refused:
                return new OutboundEvent.Refused(refused.Reason);

            case ConversionResult.Converted picture:
                var (contentType, extension) = picture.Format == PictureFormat.Tiff ? ("image/tiff", ".tif") : ("image/jpeg", ".jpg");
                var startedAt = time.GetUtcNow();
                var outcome = await client.SendAsync(
                    new OutgoingDocument(
                        name.Depot,
                        name.Consignment,
                        name.Type,
                        document.IdempotencyKey,
                        OutgoingName.Of(name.FileName, extension),
                        contentType,
                        picture.Content,
                        file.Metadata.CapturedAt ?? picture.CapturedAt),
                    cancellationToken);
                return new OutboundEvent.Attempted(
                    outcome,
                    new SentFile(picture.Content.Length, Sha256Hash.Of(picture.Content.Span), contentType, picture.Pages),
                    startedAt,
                    again,
                    await gates.LearnAsync(name.Depot, name.Type, outcome, cancellationToken));

            default:
                throw new UnreachableException();
        }
    }

    private static TargetShape ShapeOf(DocumentType type) => type switch
    {
        DocumentType.DeliveryImage => TargetShape.OnePicture,
        DocumentType.CustomerPaperwork => TargetShape.Paperwork,
        DocumentType.ProofOfDelivery => TargetShape.PictureOrPaperwork,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
