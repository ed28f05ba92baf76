namespace Hazchem.Functions.HazchemApi;

/// <summary>An entry of Hazchem's listing that cannot be read.</summary>
/// <param name="Key">The same each time the entry is listed: 64 hex digits.</param>
/// <param name="Raw">The entry as it came, shortened to one line.</param>
/// <param name="Reason">What is wrong with it: a clause.</param>
internal sealed record UnreadableEntry(string Key, string Raw, string Reason);
