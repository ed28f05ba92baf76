namespace Hazchem.Functions.HazchemApi;

/// <summary>One attempt that got no usable answer.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">One line for a person, without the key.</param>
/// <param name="RetryAfter">How long Hazchem asked to be left alone.</param>
internal sealed record Trouble(TroubleKind Kind, string Message, TimeSpan? RetryAfter = null);
