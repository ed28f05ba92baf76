namespace Hazchem.Functions.Storage;

internal enum OutcomeKind
{
    /// <summary>Hazchem has it.</summary>
    Sent,

    /// <summary>Refused or given up on; a person decides.</summary>
    NotSent,

    /// <summary>A document of Hazchem's is in Blob Storage.</summary>
    Received,

    /// <summary>It would have been sent, but shadow mode is on.</summary>
    Shadowed,

    /// <summary>It began to wait. In <c>Activity</c> only.</summary>
    Waiting,

    /// <summary>Its bytes are gone from the drop box before it was sent. In <c>Activity</c> only.</summary>
    Superseded,

    /// <summary>Hazchem's listing had something that was not fetched. In <c>Activity</c> only.</summary>
    Skipped,

    /// <summary>Somebody put it back into the drop box. This and the next are in <c>Activity</c> only, and say by whom.</summary>
    SentAgain,

    /// <summary>Somebody took it off the list of what a person must look at.</summary>
    Dismissed,

    /// <summary>Somebody printed it.</summary>
    Printed,

    /// <summary>It was dropped by the API.</summary>
    Dropped,

    /// <summary>Its consignment was erased.</summary>
    Erased,
}
