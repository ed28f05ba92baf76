namespace Hazchem.LocalHost.Demo;

/// <summary>A file that the demo drops as a TMS would, and how it has to end.</summary>
/// <param name="Name">In the container <c>outbound</c>.</param>
/// <param name="SentLimit">The most bytes that Hazchem takes of it; null when it must be refused.</param>
/// <param name="Pages">As it must arrive; null for a JPEG.</param>
internal sealed record DemoDrop(
    string Name,
    byte[] Content,
    IReadOnlyDictionary<string, string> Metadata,
    long? SentLimit,
    int? Pages = null)
{
    public bool IsToBeSent => SentLimit is not null;
}
