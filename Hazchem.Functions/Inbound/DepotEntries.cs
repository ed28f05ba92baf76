using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Inbound;

/// <summary>What a person is shown of a depot's fetching, apart from documents.</summary>
internal static class DepotEntries
{
    private const string UnreadableInfix = "_unreadable_";

    public static DocumentKey Fetching(DepotCode depot) => new(DocumentKey.Depot, $"{depot}_fetching");

    public static DocumentKey Clock(DepotCode depot) => new(DocumentKey.Depot, $"{depot}_clock");

    /// <param name="depot">Whose listing has it.</param>
    /// <param name="entryKey">Of the entry that cannot be read.</param>
    public static DocumentKey Unreadable(DepotCode depot, string entryKey) =>
        new(DocumentKey.Depot, $"{depot}{UnreadableInfix}{entryKey}");

    public static bool IsUnreadable(DocumentKey key) =>
        key.Partition == DocumentKey.Depot && key.Row.Contains(UnreadableInfix, StringComparison.Ordinal);

    public static bool IsUnreadable(DocumentKey key, DepotCode depot) =>
        IsUnreadable(key) && key.Row.StartsWith(depot.Value, StringComparison.Ordinal);
}
