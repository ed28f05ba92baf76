using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>One write to storage. A transition is a list of these, done in its order.</summary>
internal abstract record OutboundWrite
{
    private OutboundWrite()
    {
    }

    /// <summary>The document's row: inserted if there was none, else only if nobody else wrote it meanwhile.</summary>
    public sealed record Save(OutboundDocument Document) : OutboundWrite;

    /// <param name="Drop">The blob that waits.</param>
    /// <param name="Document">The row that it belongs to.</param>
    /// <param name="DueAt">When it is due again.</param>
    /// <param name="ForDepot">Whether it waits for its depot: it is due as soon as that is open, and not before.</param>
    /// <param name="NoLaterThan">When it must be looked at even if its depot is closed.</param>
    /// <param name="ForConsignment">Whether it waits for its consignment to be announced, which is nobody's fault.</param>
    public sealed record PutWaiting(
        Drop Drop,
        DocumentKey Document,
        DateTimeOffset DueAt,
        bool ForDepot = false,
        DateTimeOffset? NoLaterThan = null,
        bool ForConsignment = false) : OutboundWrite;

    public sealed record RemoveWaiting(Drop Drop) : OutboundWrite;

    public sealed record PutAttention(string Reason) : OutboundWrite;

    /// <param name="Version">The version that a person has looked at, so that a later one stays; null for any.</param>
    public sealed record RemoveAttention(string? Version = null) : OutboundWrite;

    public sealed record Tell(Outcome Outcome) : OutboundWrite;

    /// <summary>The original, from the bytes that were read and hashed, to <c>{container}/{name}</c>.</summary>
    public sealed record Archive(string Container, string Name) : OutboundWrite;

    /// <summary>Only if it is still this version.</summary>
    public sealed record DeleteDrop(Drop Drop) : OutboundWrite;

    /// <summary>
    /// The original <paramref name="Name"/> of <c>not-sent</c> back to where it lay in the drop box, unless there is a file
    /// by now.
    /// </summary>
    public sealed record PutBack(string Name, string DropName) : OutboundWrite;

    /// <summary>
    /// The original that was put back out of <c>not-sent</c>, if it is still that version: where the document was refused once
    /// more meanwhile, what lies there is the only one.
    /// </summary>
    public sealed record RemoveArchived(string Name) : OutboundWrite;
}
