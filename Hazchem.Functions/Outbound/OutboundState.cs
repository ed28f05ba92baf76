namespace Hazchem.Functions.Outbound;

/// <summary>Where a document on its way to Hazchem stands, as its row says.</summary>
internal enum OutboundState
{
    /// <summary>Claimed by an owner, until the claim expires.</summary>
    Sending,

    /// <summary>Hazchem has it.</summary>
    Sent,

    /// <summary>Due again later.</summary>
    Waiting,

    /// <summary>Never sendable as it is; the reason is for a person.</summary>
    Rejected,

    /// <summary>Given up; a person decides.</summary>
    Failed,

    /// <summary>Its bytes are gone from the drop box, overwritten or deleted, before it was sent.</summary>
    Superseded,

    /// <summary>It would have been sent, but shadow mode was on. Hazchem does not have it from this app.</summary>
    Shadowed,
}
