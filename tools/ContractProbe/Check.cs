namespace Hazchem.ContractProbe;

/// <summary>One thing that was tried, or could not be.</summary>
/// <param name="Assumption">The <see cref="Assumption.Id"/> that it belongs to.</param>
/// <param name="Tried">What was asked.</param>
/// <param name="Expected">What <c>docs/hazchem-api.yaml</c> says.</param>
/// <param name="Seen">What came, or why it was not tried.</param>
internal sealed record Check(string Assumption, Verdict Verdict, string Tried, string Expected, string Seen);

internal enum Verdict
{
    Holds,

    Differs,

    /// <summary>It was not tried, or what came says nothing.</summary>
    Open,
}
