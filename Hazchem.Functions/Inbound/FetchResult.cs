namespace Hazchem.Functions.Inbound;

/// <summary>What became of one listed document.</summary>
internal abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>Recorded and told; not to be looked at again.</summary>
    public sealed record Handled(InboundState State) : FetchResult;

    /// <summary>Not fetched this time.</summary>
    /// <param name="Reason">One line for a person.</param>
    /// <param name="Damaged">Whether it came whole and was not what Hazchem's listing says.</param>
    public sealed record Failed(string Reason, bool Damaged = false) : FetchResult;

    /// <summary>Hazchem refuses the depot's key: nothing will come for any document.</summary>
    public sealed record KeyRefused(string Reason) : FetchResult;
}
