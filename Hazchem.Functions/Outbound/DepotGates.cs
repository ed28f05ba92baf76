using System.Collections.Concurrent;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// Keeps the depots' gates: a long outage, a wrong key or a limit is learned from a few documents and then known to all
/// instances, instead of from every document anew.
/// </summary>
/// <remarks>
/// An open gate is believed for <see cref="OpenIsBelievedFor"/> and a closed one for <see cref="ClosedIsBelievedFor"/>, so a
/// document without trouble costs no storage operation here. What is not known yet is noticed with the next document.
/// </remarks>
internal sealed class DepotGates(
    DepotGateRows rows, AttentionList attention, HazchemClient client, TimeProvider time, ILogger<DepotGates> logger)
{
    private static readonly TimeSpan OpenIsBelievedFor = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ClosedIsBelievedFor = TimeSpan.FromSeconds(15);

    /// <summary>A depot that is out of reach for less is nobody's worry.</summary>
    private static readonly TimeSpan ShownAfter = TimeSpan.FromHours(1);

    private const int MaxRaces = 5;

    /// <summary>What the entry of a closed depot is called.</summary>
    private const string Closed = "closed";

    private readonly ConcurrentDictionary<DepotCode, Known> known = new();

    /// <summary>Reads the gates once, so that no document has to.</summary>
    public async Task LoadAsync(IEnumerable<DepotCode> depots, CancellationToken cancellationToken)
    {
        foreach (var depot in depots)
        {
            await ReadAsync(depot, cancellationToken);
        }
    }

    /// <summary>What this instance believes; read again where that is old.</summary>
    public async ValueTask<DepotGate> GetAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(depot, out var cached)
            && time.GetUtcNow() - cached.ReadAt < (cached.Stored.Gate.Closed is null ? OpenIsBelievedFor : ClosedIsBelievedFor))
        {
            return cached.Stored.Gate;
        }

        return (await ReadAsync(depot, cancellationToken)).Stored.Gate;
    }

    /// <summary>Learns from what became of a document. Writes only what is new.</summary>
    /// <returns>Why the depot is closed after it; null where it is open.</returns>
    public async Task<DepotClosure?> LearnAsync(
        DepotCode depot, DocumentType type, SendOutcome outcome, CancellationToken cancellationToken)
    {
        var cached = known.TryGetValue(depot, out var found) ? found : await ReadAsync(depot, cancellationToken);
        var now = time.GetUtcNow();
        switch (outcome)
        {
            case SendOutcome.Refused { Reason: RefusalReason.Unauthenticated } refused:
                await attention.PutAsync(depot, Entry(depot, Closed), CannotSend(depot, refused.Message), now, cancellationToken);
                await ChangeAsync(depot, gate => gate.Close(ClosureKind.WrongKey, refused.Message, null, now), cancellationToken);
                break;

            case SendOutcome.Unavailable { Trouble: TroubleKind.TooManyRequests } busy:
                await ChangeAsync(depot, gate => gate.Close(ClosureKind.TooManyRequests, busy.Message, busy.RetryAfter, now), cancellationToken);
                break;

            case SendOutcome.Unavailable { Trouble: not TroubleKind.DamagedOnTheWay } lost:
                if (cached.AddFailure() >= DepotGate.FailuresThatClose)
                {
                    await ChangeAsync(
                        depot,
                        gate => gate.Closed is null ? gate.Close(ClosureKind.OutOfReach, lost.Message, lost.RetryAfter, now) : gate,
                        cancellationToken);
                }

                break;

            default:
                cached.Reached();
                if (cached.Stored.Gate is { Closed: not null } or { Troubles: > 0 })
                {
                    await ChangeAsync(depot, gate => gate.Open() with { Troubles = 0 }, cancellationToken);
                }

                await LearnOfTypeAsync(cached, type, outcome, now, cancellationToken);
                break;
        }

        return known[depot].Stored.Gate.ClosureFor(type, now);
    }

    /// <summary>
    /// Asks Hazchem whether a closed depot is heard again, where that is due: one request, by one instance. It asks for the
    /// listing and sends no document, since a lost answer to a document is a question for a person a day later.
    /// </summary>
    /// <returns>The gate as it is now.</returns>
    public async Task<DepotGate> ProbeAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        var current = await ReadAsync(depot, cancellationToken);
        var gate = current.Stored.Gate;
        var now = time.GetUtcNow();
        if (gate.Closed is not { } kind || gate.ProbeAt > now)
        {
            return gate;
        }

        // Whoever moves the time of the next probe makes this one.
        var probing = gate.Close(kind, gate.Reason!, null, now);
        if (await rows.WriteAsync(probing, current.Stored.ETag, cancellationToken) is not { } written)
        {
            return gate;
        }

        Remember(written);
        switch (await client.ProbeAsync(depot, cancellationToken))
        {
            case ListOutcome.Unavailable { Trouble: TroubleKind.TooManyRequests } busy:
                await ChangeAsync(depot, g => g.Close(ClosureKind.TooManyRequests, busy.Message, busy.RetryAfter, now), cancellationToken);
                break;
            case ListOutcome.Unavailable:
                Log.StillClosed(logger, depot.Value, kind, probing.ProbeAt!.Value);
                break;
            case ListOutcome.Refused { Reason: RefusalReason.Unauthenticated } refused:
                await ChangeAsync(depot, g => g.Close(ClosureKind.WrongKey, refused.Message, null, now), cancellationToken);
                break;
            default:
                await ChangeAsync(depot, g => g.Open(), cancellationToken);
                break;
        }

        await ShowAsync(depot, now, cancellationToken);
        return known[depot].Stored.Gate;
    }

    private async Task LearnOfTypeAsync(
        Known cached, DocumentType type, SendOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var depot = cached.Stored.Gate.Depot;
        switch (outcome)
        {
            case SendOutcome.Refused { Reason: RefusalReason.TooLarge, MaxBytes: { } limit }:
                await ChangeAsync(depot, gate => gate.Learn(type, limit, now), cancellationToken);
                break;

            case SendOutcome.Refused { Reason: RefusalReason.Malformed or RefusalReason.FormatNotAccepted or RefusalReason.Invalid } refused:
                if (cached.AddRefusal(type) >= DepotGate.RefusalsThatClose)
                {
                    await attention.PutAsync(depot, Entry(depot, type.ToSegment()), refused.Message, now, cancellationToken);
                    await ChangeAsync(depot, gate => gate.CloseType(type, refused.Message, now), cancellationToken);
                    Log.TypeClosed(logger, depot.Value, type, refused.Message);
                }

                break;

            case SendOutcome.Accepted or SendOutcome.KeyUsed:
                cached.Arrived(type);
                if (cached.Stored.Gate.Types.GetValueOrDefault(type)?.ClosedUntil is not null)
                {
                    await ChangeAsync(depot, gate => gate.OpenType(type), cancellationToken);
                    await attention.RemoveAsync(depot, Entry(depot, type.ToSegment()), cancellationToken);
                }

                break;
        }
    }

    /// <summary>Where others wrote meanwhile, the change is made to what they wrote.</summary>
    private async Task ChangeAsync(DepotCode depot, Func<DepotGate, DepotGate> change, CancellationToken cancellationToken)
    {
        var current = known.TryGetValue(depot, out var found) ? found : await ReadAsync(depot, cancellationToken);
        for (var race = 0; race < MaxRaces; race++)
        {
            var before = current.Stored.Gate;
            var changed = change(before);
            if (changed == before)
            {
                return;
            }

            if (await rows.WriteAsync(changed, current.Stored.ETag, cancellationToken) is { } written)
            {
                Remember(written);
                await SayAsync(before, changed, cancellationToken);
                return;
            }

            current = await ReadAsync(depot, cancellationToken);
        }
    }

    private async Task SayAsync(DepotGate before, DepotGate after, CancellationToken cancellationToken)
    {
        if (before.Closed is null && after.Closed is { } kind)
        {
            Log.Closed(logger, after.Depot.Value, kind, after.Reason!, after.ProbeAt!.Value);
        }
        else if (before.Closed is not null && after.Closed is null)
        {
            Log.Opened(logger, after.Depot.Value);
            await attention.RemoveAsync(after.Depot, Entry(after.Depot, Closed), cancellationToken);
        }
    }

    private async Task ShowAsync(DepotCode depot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gate = known[depot].Stored.Gate;
        if (gate.Closed is { } kind && (kind == ClosureKind.WrongKey || now - gate.ClosedSince >= ShownAfter))
        {
            await attention.PutAsync(depot, Entry(depot, Closed), CannotSend(depot, gate.Reason!), gate.ClosedSince!.Value, cancellationToken);
        }
    }

    private static string CannotSend(DepotCode depot, string reason) => $"Depot {depot} cannot send: {reason}";

    private static DocumentKey Entry(DepotCode depot, string what) => new(DocumentKey.Depot, $"{depot}_{what}");

    private async Task<Known> ReadAsync(DepotCode depot, CancellationToken cancellationToken) =>
        Remember(await rows.ReadAsync(depot, cancellationToken));

    private Known Remember(StoredGate stored) => known.AddOrUpdate(
        stored.Gate.Depot,
        _ => new Known(stored, time.GetUtcNow()),
        (_, old) =>
        {
            old.Replace(stored, time.GetUtcNow());
            return old;
        });

    /// <summary>A gate as this instance last saw it, and what this instance has met since.</summary>
    private sealed class Known(StoredGate stored, DateTimeOffset readAt)
    {
        private readonly ConcurrentDictionary<DocumentType, int> refusals = new();
        private Snapshot snapshot = new(stored, readAt);
        private int failures;

        public StoredGate Stored => Volatile.Read(ref snapshot).Stored;

        public DateTimeOffset ReadAt => Volatile.Read(ref snapshot).ReadAt;

        public void Replace(StoredGate newer, DateTimeOffset at) => Volatile.Write(ref snapshot, new Snapshot(newer, at));

        public int AddFailure() => Interlocked.Increment(ref failures);

        public void Reached() => Interlocked.Exchange(ref failures, 0);

        public int AddRefusal(DocumentType type) => refusals.AddOrUpdate(type, 1, (_, count) => count + 1);

        public void Arrived(DocumentType type) => refusals.TryRemove(type, out _);

        private sealed record Snapshot(StoredGate Stored, DateTimeOffset ReadAt);
    }
}
