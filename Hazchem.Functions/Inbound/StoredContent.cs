using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Inbound;

/// <summary>Content as it lies in the container <c>inbound</c>.</summary>
/// <param name="Blob"><c>{container}/{name}</c>.</param>
/// <param name="ContentType">Of what it truly is.</param>
internal sealed record StoredContent(string Blob, string FileName, string ContentType, long Bytes, Sha256Hash Sha256);
