using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>A file for the drop box.</summary>
/// <param name="Consignment">Its own, so that what arrives can be told by it.</param>
/// <param name="Sent">What must arrive at Hazchem; null for a file that must be refused.</param>
/// <param name="Twin">Another name under which the same bytes are dropped, or null.</param>
internal sealed record ChaosDrop(string Consignment, string Name, byte[] Original, byte[]? Sent, string? Twin)
{
    public string OriginalSha256 => Sha256Hash.Of(Original).Value;
}
