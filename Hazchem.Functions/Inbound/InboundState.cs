namespace Hazchem.Functions.Inbound;

/// <summary>The state of a fetched document's row, by its name.</summary>
internal enum InboundState
{
    /// <summary>In Blob Storage, and it is what Hazchem said it is.</summary>
    Received,

    /// <summary>In Blob Storage, but a person must look at it: it is not what it should be.</summary>
    Flagged,

    /// <summary>Not fetched: a type, a role or a consignment number that is not expected.</summary>
    Skipped,

    /// <summary>Hazchem took it back before it was fetched.</summary>
    Withdrawn,

    /// <summary>Fetching it failed several times and goes on being tried.</summary>
    Waiting,

    /// <summary>Given up.</summary>
    Failed,
}
