namespace Hazchem.Functions.Portal;

/// <summary>Documents in flight take the memory that drawing a page would need.</summary>
internal sealed class NoRoomException : Exception;
