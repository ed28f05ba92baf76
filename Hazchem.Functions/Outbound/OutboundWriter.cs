using System.Diagnostics;
using Azure;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>Does the writes of a transition, in their order.</summary>
internal sealed class OutboundWriter(
    OutboundDocuments documents, WaitingList waiting, AttentionList attention, Outcomes outcomes, DropBox dropBox, TimeProvider time)
{
    /// <param name="writes">What a transition asks for.</param>
    /// <param name="file">The file they are about; null where it is gone, and then none of them archives it.</param>
    /// <param name="stored">The row that the transition began from; null where there was none.</param>
    /// <param name="cancellationToken">Ends the requests; what was written stays.</param>
    public async Task<Written> WriteAsync(
        IReadOnlyList<OutboundWrite> writes, DroppedFile? file, StoredDocument? stored, CancellationToken cancellationToken)
    {
        ETag? putBack = null;
        Drop? kept = null;
        var document = writes.OfType<OutboundWrite.Save>().FirstOrDefault()?.Document ?? stored?.Document;
        foreach (var write in writes)
        {
            switch (write)
            {
                case OutboundWrite.Save save:
                    if (await documents.SaveAsync(save.Document, stored?.ETag, cancellationToken) is not { } etag)
                    {
                        return new Written(Lost: true, null);
                    }

                    stored = new StoredDocument(save.Document, etag);
                    break;
                case OutboundWrite.PutWaiting put:
                    await waiting.PutAsync(put, cancellationToken);
                    break;
                case OutboundWrite.RemoveWaiting remove when remove.Drop == kept:
                    break;
                case OutboundWrite.RemoveWaiting remove:
                    await waiting.RemoveAsync(remove.Drop, cancellationToken);
                    break;
                case OutboundWrite.PutAttention put:
                    await attention.PutAsync(document!.Name?.Depot, document.Key, put.Reason, time.GetUtcNow(), cancellationToken);
                    break;
                case OutboundWrite.RemoveAttention { Version: { } version }:
                    await attention.RemoveAsync(document!.Name?.Depot, document.Key, new ETag(version), cancellationToken);
                    break;
                case OutboundWrite.RemoveAttention:
                    await attention.RemoveAsync(document!.Name?.Depot, document.Key, cancellationToken);
                    break;
                case OutboundWrite.Tell tell:
                    await outcomes.TellAsync(tell.Outcome, cancellationToken);
                    break;
                case OutboundWrite.Archive archive:
                    await dropBox.ArchiveAsync(file!, archive, cancellationToken);
                    break;
                case OutboundWrite.DeleteDrop delete:
                    if (!await dropBox.DeleteAsync(delete.Drop, cancellationToken))
                    {
                        kept = delete.Drop;
                        await ShowUndeletableAsync(kept, document!, cancellationToken);
                    }

                    break;
                case OutboundWrite.PutBack put:
                    putBack = await dropBox.PutBackAsync(put, document!.Original, cancellationToken);
                    if (putBack is null)
                    {
                        return new Written(Lost: false, stored);
                    }

                    break;
                case OutboundWrite.RemoveArchived remove:
                    await dropBox.RemoveArchivedAsync(remove.Name, putBack!.Value, cancellationToken);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        return new Written(Lost: false, stored, PutBack: putBack is not null);
    }

    /// <summary>The file is handled and stays where it is: the sweep tries to delete it once a day, and does no more with it.</summary>
    private async Task ShowUndeletableAsync(Drop drop, OutboundDocument document, CancellationToken cancellationToken)
    {
        var key = DocumentKey.Undeletable(drop.Name);
        var now = time.GetUtcNow();
        await attention.PutAsync(
            document.Name?.Depot,
            key,
            $"The file {PlainText.OneLine(drop.Name, 200)} is {document.State} and archived, but storage will not delete it from the drop box: it has a lease, a snapshot or an immutability policy. Remove that, and then the file.",
            now,
            cancellationToken);
        await waiting.PutAsync(new OutboundWrite.PutWaiting(drop, key, now + OutboundPolicy.LookAgainAtUndeletable), cancellationToken);
    }
}

/// <param name="Lost">Somebody else wrote the row first; the writes after it were not done.</param>
/// <param name="Stored">The row as it stands now.</param>
/// <param name="PutBack">Whether a file was put back into the drop box.</param>
internal sealed record Written(bool Lost, StoredDocument? Stored, bool PutBack = false);
