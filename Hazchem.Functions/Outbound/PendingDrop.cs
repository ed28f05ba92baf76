namespace Hazchem.Functions.Outbound;

/// <summary>A blob as the listing of the drop box has it.</summary>
internal sealed record PendingDrop(Drop Drop, DateTimeOffset LastModified);
