namespace Hazchem.LocalHost.Demo;

/// <summary>A document that the demo makes available at Hazchem.</summary>
/// <param name="TypeSegment">The type's word in names of blobs and rows.</param>
internal sealed record DemoPublication(string DocumentId, string Consignment, string TypeSegment, byte[] Content);
