using Azure;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Takes an entry off <c>NeedsAttention</c> for a person, who says why. Recorded first, gone last.</summary>
internal sealed class Dismissal(
    DocumentReader documents, OutboundDocuments outbound, OutboundWriter writer, AttentionList attention, Outcomes outcomes, TimeProvider time)
{
    /// <param name="id">As the list gives it, <c>{depot}/{document}</c>.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<ActionResult> DismissAsync(string id, Caller caller, string note, CancellationToken cancellationToken)
    {
        if (id.Split('/') is not [var depotText, var partition, var rowKey])
        {
            return ActionResult.NotFound;
        }

        if (!DepotCode.TryParse(depotText, out var depot, out _) && depotText != Outcomes.NoDepot)
        {
            return ActionResult.NotFound;
        }

        var key = new DocumentKey(partition, rowKey);
        var kind = AttentionEntry.KindOf(key);
        if (kind == AttentionKind.Document && ApiRequest.ParseId(key.ToString()) is null)
        {
            return ActionResult.NotFound;
        }

        // Before the row: an entry that is put after this is another one, and stays.
        if (await attention.FindAsync(depot, key, cancellationToken) is not { } entry)
        {
            return ActionResult.NotFound;
        }

        if (kind != AttentionKind.Document)
        {
            await TellAsync(depot, key, caller, note, time.GetUtcNow(), row: null, cancellationToken);
            await attention.RemoveAsync(depot, key, entry, cancellationToken);
            return ActionResult.Ok;
        }

        return await documents.FindAsync(key, cancellationToken) switch
        {
            null => ActionResult.NotFound,
            { NeedsAttention: false } row => await ForgetAsync(depot, row, entry, cancellationToken),
            { IsOutbound: true } => await DismissOutboundAsync(key, caller, note, entry, cancellationToken),
            { } inbound => await DismissInboundAsync(depot, inbound, caller, note, entry, cancellationToken),
        };
    }

    /// <summary>Its state has left the entry behind, or somebody has dismissed it and was cut before this.</summary>
    private async Task<ActionResult> ForgetAsync(DepotCode? depot, DocumentRow row, ETag entry, CancellationToken cancellationToken)
    {
        // An entry may also come before its state, and then the row is about to say so: only what has an end is taken off.
        if (row.IsOnItsWay)
        {
            return ActionResult.NotOffered("It is on its way.");
        }

        await attention.RemoveAsync(depot, row.Key, entry, cancellationToken);
        return ActionResult.Ok;
    }

    private async Task<ActionResult> DismissOutboundAsync(DocumentKey key, Caller caller, string note, ETag entry, CancellationToken cancellationToken)
    {
        if (await outbound.ReadAsync(key, cancellationToken) is not { } stored)
        {
            return ActionResult.NotFound;
        }

        var transition = OutboundTransitions.Apply(stored.Document, new OutboundEvent.Dismissed(caller.Name, note, entry.ToString()), time.GetUtcNow());
        if (transition.Writes.Count == 0)
        {
            // Its state is another by now, and the entry may be about to go or to speak of that.
            return ActionResult.Busy;
        }

        var written = await writer.WriteAsync(transition.Writes, file: null, stored, cancellationToken);
        return written.Lost ? ActionResult.Busy : ActionResult.Ok;
    }

    private async Task<ActionResult> DismissInboundAsync(
        DepotCode? depot, DocumentRow row, Caller caller, string note, ETag entry, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await TellAsync(depot, row.Key, caller, note, now, row, cancellationToken);
        var seen = new Dictionary<string, object>
        {
            [DocumentColumns.NeedsAttention] = false,
            [DocumentColumns.Actions] = row.Actions.With(new PersonAction(OutcomeKind.Dismissed, caller.Name, now, note)).Json!,
        };
        if (!await documents.MergeAsync(row, seen, cancellationToken))
        {
            return ActionResult.Busy;
        }

        await attention.RemoveAsync(depot, row.Key, entry, cancellationToken);
        return ActionResult.Ok;
    }

    private Task TellAsync(
        DepotCode? depot, DocumentKey key, Caller caller, string note, DateTimeOffset now, DocumentRow? row, CancellationToken cancellationToken) =>
        outcomes.TellAsync(PersonOutcome.Of(OutcomeKind.Dismissed, depot, key, row, caller, now) with { Note = note }, cancellationToken);
}
