namespace Hazchem.Functions.Outbound;

/// <summary>What an event makes of a document: the writes, in their order, and what to do after them.</summary>
internal sealed record OutboundTransition(OutboundNext Next, IReadOnlyList<OutboundWrite> Writes);

internal enum OutboundNext
{
    /// <summary>Nothing more to do.</summary>
    Done,

    /// <summary>The claim is ours: make the picture and send it.</summary>
    Send,

    /// <summary>The claim is still ours: send once more under the new generation.</summary>
    SendAgain,
}
