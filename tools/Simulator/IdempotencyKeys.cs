namespace Hazchem.Simulator;

/// <summary>The keys that depots have used. Not thread-safe.</summary>
internal sealed class IdempotencyKeys(TimeSpan lifetime)
{
    private readonly Dictionary<(string Depot, string Key), Use> _uses = [];

    public Use? Find(string depot, string key, DateTimeOffset now) =>
        _uses.TryGetValue((depot, key), out var use) && now - use.At < lifetime ? use : null;

    public void Remember(string depot, string key, Use use) => _uses[(depot, key)] = use;

    public void Forget() => _uses.Clear();

    /// <param name="Sha256">Of the content that the key is bound to.</param>
    /// <param name="Receipt">Null where the attempt was refused.</param>
    public sealed record Use(string Sha256, WireReceipt? Receipt, DateTimeOffset At);
}
