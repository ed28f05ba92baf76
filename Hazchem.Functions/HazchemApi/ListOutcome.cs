namespace Hazchem.Functions.HazchemApi;

/// <summary>What became of asking for a page of the listing, after the short retries.</summary>
internal abstract record ListOutcome
{
    private ListOutcome()
    {
    }

    /// <param name="Documents">In Hazchem's order.</param>
    /// <param name="NextCursor">Null on the last page.</param>
    /// <param name="Date">Hazchem's clock, which also stamps <c>availableAt</c>; null if the answer did not say.</param>
    /// <param name="Unreadable">Entries that are not among <paramref name="Documents"/>, each once.</param>
    public sealed record Page(
        IReadOnlyList<ListedDocument> Documents,
        string? NextCursor,
        DateTimeOffset? Date,
        IReadOnlyList<UnreadableEntry> Unreadable) : ListOutcome;

    /// <summary>410: the listing starts again from <c>changedSince</c>.</summary>
    public sealed record CursorExpired : ListOutcome;

    /// <summary>A definite no.</summary>
    public sealed record Refused(RefusalReason Reason, string Message) : ListOutcome;

    /// <summary>No usable answer; trying again later may help.</summary>
    public sealed record Unavailable(TroubleKind Trouble, string Message, TimeSpan? RetryAfter = null) : ListOutcome;
}
