namespace Hazchem.Simulator;

/// <summary>The body of a 201, and of the 200 that repeats it.</summary>
internal sealed record WireReceipt(string DocumentId, string ConsignmentNumber, string DocumentType, string ReceivedAt);
