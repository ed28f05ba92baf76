namespace Hazchem.Benchmarks.Contenders;

/// <summary>What a contender made.</summary>
/// <param name="Content">Null where it made nothing.</param>
/// <param name="Refusal">Why it made nothing.</param>
/// <param name="Quality">The JPEG quality that was found, where it seeks one.</param>
internal sealed record Product(ReadOnlyMemory<byte>? Content, string? Refusal = null, int? Quality = null, int? Pages = null);
