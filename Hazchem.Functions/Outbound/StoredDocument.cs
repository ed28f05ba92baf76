using Azure;

namespace Hazchem.Functions.Outbound;

/// <summary>A document's row as it was read or last written.</summary>
internal sealed record StoredDocument(OutboundDocument Document, ETag ETag);
