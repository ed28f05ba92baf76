using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Puts a document's original back into the drop box for a person, in the order that <see cref="OutboundTransitions"/> says.</summary>
internal sealed class SendingAgain(
    OutboundDocuments outbound, OutboundWriter writer, DropBox dropBox, DocumentReader documents, TimeProvider time)
{
    /// <param name="key">The document.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="isOneOfMany">Whether nobody looked at this one alone: what may have arrived is not sent a second time so.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The document's row as it stands then, where it was done.</returns>
    public async Task<(ActionResult Result, DocumentRow? Row)> PutBackAsync(DocumentKey key, Caller caller, bool isOneOfMany, CancellationToken cancellationToken)
    {
        if (await documents.FindAsync(key, cancellationToken) is not { } row)
        {
            return (ActionResult.NotFound, null);
        }

        if (!row.IsOutbound || await outbound.ReadAsync(key, cancellationToken) is not { } stored)
        {
            return (ActionResult.NotOffered("It came from Hazchem, so there is nothing to send."), null);
        }

        if (isOneOfMany && stored.Document is { State: OutboundState.Failed, AmbiguousSince: not null })
        {
            return (ActionResult.NotOffered("It may have arrived at Hazchem. Ask them, and send it again by itself if it did not."), null);
        }

        var transition = OutboundTransitions.Apply(stored.Document, new OutboundEvent.SentAgain(caller.Name), time.GetUtcNow());
        if (transition.Writes.OfType<OutboundWrite.PutBack>().FirstOrDefault() is not { } putBack)
        {
            return (ActionResult.NotOffered(WhyNot(stored.Document)), null);
        }

        // Looked at before anything is recorded; the writes themselves hold whatever happens in between.
        switch (await dropBox.LookBackAsync(putBack, stored.Document.Original, cancellationToken))
        {
            case PutBackLook.AlreadyThere:
                return (ActionResult.Ok, row);
            case PutBackLook.Taken:
                return (Taken, null);
            case PutBackLook.Missing:
                return (new ActionResult(false, "original-missing", "The original is not kept any more. Drop the file anew."), null);
        }

        var written = await writer.WriteAsync(transition.Writes, file: null, stored, cancellationToken);
        return written switch
        {
            { Lost: true } => (ActionResult.Busy, null),
            { PutBack: false } => (Taken, null),
            _ => (ActionResult.Ok, await documents.FindAsync(key, cancellationToken) ?? row),
        };
    }

    private static ActionResult Taken { get; } = new(
        false, "drop-box-taken", "Another file lies in the drop box under its name. Send it again when that one is gone.");

    private static string WhyNot(OutboundDocument document) => document.State switch
    {
        OutboundState.Sent => "It was sent.",
        OutboundState.Rejected or OutboundState.Failed when document.IsGone => "Its file was overwritten or deleted in the drop box, so the original is not kept. Drop it anew.",
        OutboundState.Rejected or OutboundState.Failed => "Its name does not say where it belongs. Drop it again under one that does.",
        OutboundState.Shadowed => "Shadow mode was on when it came, so another system has most likely sent it. Drop it anew if it is to be sent from here.",
        OutboundState.Superseded => "Its file was overwritten or deleted in the drop box. Drop it anew.",
        _ => "It is on its way.",
    };
}
