using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Outbound;

/// <summary>What can happen to a document on its way to Hazchem.</summary>
internal abstract record OutboundEvent
{
    private OutboundEvent()
    {
    }

    /// <summary>Its bytes were read from the drop box, and somebody wants to send them.</summary>
    /// <param name="File">What was read.</param>
    /// <param name="MaxBytes">The most that Hazchem takes of its type, as far as is known now; null where its name does not fit.</param>
    /// <param name="Closed">Why its depot cannot send now, and until when; null where it can.</param>
    /// <param name="Shadow">Whether shadow mode is on: whoever claims it must not send it.</param>
    public sealed record Arrived(
        DroppedFile File, long? MaxBytes = null, DepotClosure? Closed = null, bool Shadow = false) : OutboundEvent;

    /// <summary>A rule or the picture itself says that it can never be sent as it is.</summary>
    public sealed record Refused(string Reason) : OutboundEvent;

    /// <summary>This instance could not begin to send it now; nothing was sent.</summary>
    public sealed record Postponed(string Reason) : OutboundEvent;

    /// <summary>The app is being stopped, so the claim is given back at once.</summary>
    /// <param name="SendingSince">When the call began that was cut short: it may have arrived; null if none had begun.</param>
    public sealed record Interrupted(DateTimeOffset? SendingSince = null) : OutboundEvent;

    /// <summary>Everything was done in shadow mode but sending it.</summary>
    /// <param name="Sent">What would have been sent.</param>
    public sealed record Shadowed(SentFile Sent) : OutboundEvent;

    /// <summary>Hazchem was asked to take it.</summary>
    /// <param name="Outcome">What became of that.</param>
    /// <param name="Sent">What was sent.</param>
    /// <param name="StartedAt">When the call began.</param>
    /// <param name="Again">Whether this was already a second go under the same claim.</param>
    /// <param name="Closed">Why its depot cannot send any more, as far as was learned from this attempt and others.</param>
    public sealed record Attempted(
        SendOutcome Outcome, SentFile Sent, DateTimeOffset StartedAt, bool Again, DepotClosure? Closed = null) : OutboundEvent;

    /// <summary>This version of the blob is in the drop box no more.</summary>
    /// <param name="Drop">That version.</param>
    /// <param name="Other">Another drop of the same document that is still there; null if none is known.</param>
    public sealed record Vanished(Drop Drop, Drop? Other = null) : OutboundEvent;

    /// <summary>Somebody wants it sent again, although it was refused or given up.</summary>
    /// <param name="By">Who.</param>
    public sealed record SentAgain(string By) : OutboundEvent;

    /// <summary>Somebody has looked at it, and need not be reminded of it.</summary>
    /// <param name="By">Who.</param>
    /// <param name="Note">Why.</param>
    /// <param name="Entry">The version of the entry in <c>NeedsAttention</c> that they saw.</param>
    public sealed record Dismissed(string By, string Note, string Entry) : OutboundEvent;
}

/// <summary>A depot that cannot send.</summary>
internal sealed record DepotClosure(string Reason, DateTimeOffset Until);
