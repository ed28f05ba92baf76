namespace Hazchem.Simulator;

/// <summary>The documents on offer, in the order of the listing: <c>availableAt</c>, then <c>documentId</c>. Not thread-safe.</summary>
internal sealed class DocumentShelf
{
    private readonly List<StoredDocument> _inOrder = [];
    private readonly Dictionary<string, StoredDocument> _byId = new(StringComparer.Ordinal);

    public bool Contains(string id) => _byId.ContainsKey(id);

    public StoredDocument? Find(string id) => _byId.GetValueOrDefault(id);

    public void Add(StoredDocument document)
    {
        _byId.Add(document.Id, document);
        _inOrder.Insert(FirstAfter(document.AvailableAt, document.Id), document);
    }

    public void Clear()
    {
        _byId.Clear();
        _inOrder.Clear();
    }

    /// <summary>What a depot may see from a time on, or after a document.</summary>
    public IEnumerable<StoredDocument> Listed(string depot, DateTimeOffset changedSince, Cursor? after, DateTimeOffset now)
    {
        // Every id sorts after the empty one, so that the time itself is included.
        var start = after is null ? FirstAfter(changedSince, string.Empty) : FirstAfter(after.AfterTime, after.AfterId);
        return _inOrder.Skip(start).Where(d => d.ListedFrom <= now && d.Roles.ContainsKey(depot));
    }

    private int FirstAfter(DateTimeOffset time, string id)
    {
        var (low, high) = (0, _inOrder.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = _inOrder[middle].AvailableAt.CompareTo(time);
            if (order == 0)
            {
                order = string.CompareOrdinal(_inOrder[middle].Id, id);
            }

            if (order <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
