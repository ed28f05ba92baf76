using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Outbound;

/// <summary>What the original became.</summary>
/// <param name="Bytes">Its length.</param>
internal sealed record SentFile(long Bytes, Sha256Hash Sha256, string ContentType, int Pages);
