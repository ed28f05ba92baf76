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

    public sealed record PutWaiting(Drop Drop, DocumentKey Document, DateTimeOffset DueAt) : OutboundWrite;

    public sealed record RemoveWaiting(Drop Drop) : OutboundWrite;

    public sealed record PutAttention(string Reason) : OutboundWrite;

    public sealed record RemoveAttention : OutboundWrite;

    public sealed record Tell(Outcome Outcome) : OutboundWrite;

    /// <summary>The original, from the bytes that were read and hashed, to <c>{container}/{name}</c>.</summary>
    public sealed record Archive(string Container, string Name) : OutboundWrite;

    /// <summary>Only if it is still this version.</summary>
    public sealed record DeleteDrop(Drop Drop) : OutboundWrite;
}
