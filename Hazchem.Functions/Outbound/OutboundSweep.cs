using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// Sends what is due again, and comes back to what a trigger missed or a crash left. Lists the drop box once, joins it
/// with <c>OutboundWaiting</c>, and reads only what is due, or unknown and a minute old.
/// </summary>
internal sealed class OutboundSweep(
    DropBox dropBox,
    WaitingList waiting,
    PoisonMessages poisonMessages,
    OutboundDocuments documents,
    OutboundWriter writer,
    DocumentSender sender,
    AttentionList attention,
    DepotGates depotGates,
    HazchemSettings hazchem,
    Instruments instruments,
    OutboundSettings settings,
    TimeProvider time,
    ILogger<OutboundSweep> logger)
{
    /// <param name="cancellationToken">The app is stopped: no further document is begun, and see <see cref="DocumentSender"/> for the others.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var pending = new Dictionary<Drop, DateTimeOffset>();
        await foreach (var drop in dropBox.ListAsync(cancellationToken))
        {
            pending[drop.Drop] = drop.LastModified;
        }

        var entries = await waiting.ReadAsync(cancellationToken);
        var open = pending.Where(drop => entries.GetValueOrDefault(drop.Key)?.Document.IsUndeletable != true).ToList();
        instruments.Swept(
            open.Count,
            open.Count(drop => entries.ContainsKey(drop.Key)),
            open.Count(drop => startedAt - drop.Value > OutboundPolicy.OverdueAfter && entries.GetValueOrDefault(drop.Key)?.ForConsignment != true),
            open.Count == 0 ? null : open.Min(drop => drop.Value));
        foreach (var entry in entries.Values.Where(entry => !pending.ContainsKey(entry.Drop)))
        {
            var other = entries.Values.FirstOrDefault(other => other.Document == entry.Document && pending.ContainsKey(other.Drop))?.Drop;
            await GuardAsync(LogName.Of(entry.Drop.Name), () => ForgetIfGoneAsync(entry, other, cancellationToken));
        }

        var poison = await poisonMessages.TakeAsync(cancellationToken);
        var givenUp = poison.Select(message => message.BlobName).ToHashSet(StringComparer.Ordinal);
        var candidates = pending
            .Select(drop => new Candidate(drop.Key, drop.Value, entries.GetValueOrDefault(drop.Key), givenUp.Contains(drop.Key.Name)))
            .Where(candidate => candidate.MayBeDue(startedAt))
            .ToList();
        var gates = await ProbeAsync(candidates, cancellationToken);
        var due = candidates
            .Where(candidate => candidate.IsDue(gates, IsParked(candidate), startedAt))
            // What a crash left first, then what must be repeated soonest, then the oldest.
            .OrderBy(candidate => candidate.Entry?.NoLaterThan ?? candidate.DroppedAt)
            .ThenBy(candidate => candidate.DroppedAt)
            .ToList();
        if (!await SendAsync(due, pending.Count, startedAt + OutboundPolicy.FunctionLasts, cancellationToken))
        {
            return;
        }

        foreach (var message in poison)
        {
            await poisonMessages.RemoveAsync(message, cancellationToken);
        }
    }

    /// <returns>Whether there was time for all.</returns>
    private async Task<bool> SendAsync(List<Candidate> due, int pending, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (due.Count == 0)
        {
            return true;
        }

        Log.SweepFound(logger, due.Count, pending);
        using var timer = new CancellationTokenSource(settings.SweepStartsFor, time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = settings.SweepConcurrency, CancellationToken = inTime.Token },
                async (candidate, _) => await SendAsync(candidate, until, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            Log.SweepOutOfTime(logger);
            return false;
        }

        return true;
    }

    /// <summary>Its depot's key cannot be used; a new one comes with a restart.</summary>
    private bool IsParked(Candidate candidate) =>
        candidate.Name is not null && hazchem.Depots.GetValueOrDefault(candidate.Name.Depot) is DepotAccess.Parked;

    /// <summary>The gates of the depots that something may be due for; the closed ones are asked again where that is due.</summary>
    private async Task<Dictionary<DepotCode, DepotGate>> ProbeAsync(List<Candidate> candidates, CancellationToken cancellationToken)
    {
        var gates = new Dictionary<DepotCode, DepotGate>();
        foreach (var depot in candidates.Select(candidate => candidate.Name?.Depot).OfType<DepotCode>().Distinct())
        {
            if (hazchem.Depots.GetValueOrDefault(depot) is DepotAccess.Usable)
            {
                await GuardAsync(depot.Value, async () =>
                {
                    var gate = await depotGates.GetAsync(depot, cancellationToken);
                    gates[depot] = gate.Closed is null ? gate : await depotGates.ProbeAsync(depot, cancellationToken);
                });
            }
        }

        return gates;
    }

    /// <summary>One that fails does not hold up the rest: it stays pending, and a later sweep comes to it.</summary>
    private async Task SendAsync(Candidate candidate, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var name = candidate.Drop.Name;
        try
        {
            if (!DropBox.IsAddressable(name))
            {
                await ShowAsync(
                    candidate,
                    "has '.' or '..' between slashes in its name, so it cannot be read. Drop it again under another name and delete this one.",
                    OutboundPolicy.LookAgainAtUnreadable);
                return;
            }

            if (candidate.Entry is { Document.IsUndeletable: true } entry)
            {
                if (await dropBox.DeleteAsync(candidate.Drop, CancellationToken.None))
                {
                    await ForgetFileAsync(entry, CancellationToken.None);
                }
                else
                {
                    await waiting.PutAsync(entry with { DueAt = time.GetUtcNow() + OutboundPolicy.LookAgainAtUndeletable }, CancellationToken.None);
                }

                return;
            }

            if (await sender.SendAsync(name, until, cancellationToken) && candidate.FailedBefore)
            {
                await waiting.RemoveAsync(candidate.Drop, DocumentKey.Unhandled(name), CancellationToken.None);
                await attention.RemoveAsync(candidate.Name?.Depot, DocumentKey.Unhandled(name), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.SweepFailed(logger, LogName.Of(name), e);
            await PostponeAsync(candidate, e);
        }
    }

    /// <summary>What nobody foresaw is tried again later, and shown to a person from the second time on.</summary>
    private async Task PostponeAsync(Candidate candidate, Exception reason)
    {
        try
        {
            if (candidate.FailedBefore)
            {
                await ShowAsync(
                    candidate,
                    $"could not be handled ({reason.GetType().Name}) and is tried again every few minutes. If it stays here, tell whoever runs the app.",
                    OutboundPolicy.LookAgainAtFailure);
            }
            else
            {
                await waiting.PutAsync(
                    new OutboundWrite.PutWaiting(
                        candidate.Drop, DocumentKey.Unhandled(candidate.Drop.Name), time.GetUtcNow() + OutboundPolicy.LookAgainAtFailure),
                    CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // Storage itself is the trouble. The file lies where it lay, and is found there when storage is back.
            Log.SweepFailed(logger, LogName.Of(candidate.Drop.Name), e);
        }
    }

    private async Task ShowAsync(Candidate candidate, string trouble, TimeSpan lookAgainAfter)
    {
        var document = DocumentKey.Unhandled(candidate.Drop.Name);
        var now = time.GetUtcNow();
        await attention.PutAsync(
            candidate.Name?.Depot, document, $"The file {PlainText.OneLine(candidate.Drop.Name, 200)} {trouble}", now, CancellationToken.None);
        await waiting.PutAsync(new OutboundWrite.PutWaiting(candidate.Drop, document, now + lookAgainAfter), CancellationToken.None);
    }

    /// <summary>One thing that cannot be done does not keep the sweep from the others.</summary>
    private async Task GuardAsync(string about, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.SweepFailed(logger, about, e);
        }
    }

    /// <param name="entry">What waits and is not in the listing.</param>
    /// <param name="other">Another drop of the same document that is.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    private async Task ForgetIfGoneAsync(OutboundWrite.PutWaiting entry, Drop? other, CancellationToken cancellationToken)
    {
        // It may have been dropped after the listing was read.
        if (DropBox.IsAddressable(entry.Drop.Name) && await dropBox.HasAsync(entry.Drop, cancellationToken))
        {
            return;
        }

        if (await documents.ReadAsync(entry.Document, cancellationToken) is not { } stored)
        {
            if (entry.Document.IsFile)
            {
                await ForgetFileAsync(entry, cancellationToken);
            }
            else
            {
                await waiting.RemoveAsync(entry.Drop, cancellationToken);
            }

            return;
        }

        var transition = OutboundTransitions.Apply(stored.Document, new OutboundEvent.Vanished(entry.Drop, other), time.GetUtcNow());
        await writer.WriteAsync(transition.Writes, file: null, stored, cancellationToken);
    }

    private async Task ForgetFileAsync(OutboundWrite.PutWaiting entry, CancellationToken cancellationToken)
    {
        var depot = DropName.TryParse(entry.Drop.Name, out var name, out _) ? name.Depot : null;
        await attention.RemoveAsync(depot, entry.Document, cancellationToken);
        await waiting.RemoveAsync(entry.Drop, cancellationToken);
    }

    /// <summary>A blob of the drop box with its entry in <c>OutboundWaiting</c>, if it has one.</summary>
    private sealed record Candidate(Drop Drop, DateTimeOffset DroppedAt, OutboundWrite.PutWaiting? Entry, bool GivenUpByHost)
    {
        public DropName? Name { get; } = DropName.TryParse(Drop.Name, out var name, out _) ? name : null;

        public bool FailedBefore => Entry?.Document == DocumentKey.Unhandled(Drop.Name);

        public bool MayBeDue(DateTimeOffset now) => GivenUpByHost || (Entry is null
            ? DroppedAt <= now - OutboundPolicy.MissedAfter
            : Entry.ForDepot || Entry.DueAt <= now || Entry.NoLaterThan <= now);

        public bool IsDue(Dictionary<DepotCode, DepotGate> gates, bool parked, DateTimeOffset now)
        {
            if (Entry is null || GivenUpByHost || Entry.NoLaterThan <= now)
            {
                return true;
            }

            if (parked && Entry.ForDepot)
            {
                return false;
            }

            return Name is not null && gates.TryGetValue(Name.Depot, out var gate)
                ? gate.ClosureFor(Name.Type, now) is null && (Entry.ForDepot || Entry.DueAt <= now)
                : Entry.DueAt <= now;
        }
    }
}
