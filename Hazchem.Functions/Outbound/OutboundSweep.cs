using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// Sends what is due again, and comes back to what a trigger missed or a crash left. Lists the drop box once, joins it
/// with <c>OutboundWaiting</c>, and reads only what is due, or unknown and older than a claim.
/// </summary>
internal sealed class OutboundSweep(
    DropBox dropBox,
    WaitingList waiting,
    OutboundDocuments documents,
    OutboundWriter writer,
    DocumentSender sender,
    AttentionList attention,
    OutboundSettings settings,
    TimeProvider time,
    ILogger<OutboundSweep> logger)
{
    /// <param name="cancellationToken">No further document is begun; one that is on its way is finished.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var pending = new Dictionary<Drop, DateTimeOffset>();
        await foreach (var drop in dropBox.ListAsync(cancellationToken))
        {
            pending[drop.Drop] = drop.LastModified;
        }

        var entries = await waiting.ReadAsync(cancellationToken);
        foreach (var entry in entries.Values.Where(entry => !pending.ContainsKey(entry.Drop)))
        {
            await ForgetIfGoneAsync(entry, cancellationToken);
        }

        var due = pending
            .Where(drop => entries.TryGetValue(drop.Key, out var entry)
                ? entry.DueAt <= startedAt
                : drop.Value < startedAt - OutboundPolicy.ClaimLasts)
            .OrderBy(drop => drop.Value)
            .Select(drop => drop.Key)
            .ToList();
        if (due.Count == 0)
        {
            return;
        }

        Log.SweepFound(logger, due.Count, pending.Count);
        using var timer = new CancellationTokenSource(settings.SweepStartsFor, time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = settings.SweepConcurrency, CancellationToken = inTime.Token },
                async (drop, _) => await SendAsync(drop));
        }
        catch (OperationCanceledException)
        {
            Log.SweepOutOfTime(logger);
        }
    }

    /// <summary>One that fails does not hold up the rest: it stays pending, and the next sweep comes to it.</summary>
    private async Task SendAsync(Drop drop)
    {
        try
        {
            if (DropBox.IsAddressable(drop.Name))
            {
                await sender.SendAsync(drop.Name, CancellationToken.None);
            }
            else
            {
                await ShowUnaddressableAsync(drop, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            Log.SweepFailed(logger, PlainText.OneLine(drop.Name, 200), e);
        }
    }

    private async Task ForgetIfGoneAsync(OutboundWrite.PutWaiting entry, CancellationToken cancellationToken)
    {
        // It may have been dropped after the listing was read.
        if (DropBox.IsAddressable(entry.Drop.Name) && await dropBox.HasAsync(entry.Drop, cancellationToken))
        {
            return;
        }

        if (await documents.ReadAsync(entry.Document, cancellationToken) is not { } stored)
        {
            await waiting.RemoveAsync(entry.Drop, cancellationToken);
            return;
        }

        var transition = OutboundTransitions.Apply(stored.Document, new OutboundEvent.Vanished(entry.Drop), time.GetUtcNow());
        await writer.WriteAsync(transition.Writes, file: null, stored, cancellationToken);
    }

    /// <summary>It cannot be read, so it stays where it is, and a person is told once a day.</summary>
    private async Task ShowUnaddressableAsync(Drop drop, CancellationToken cancellationToken)
    {
        var document = new DocumentKey(DocumentKey.Unaddressed, $"outbound_{Documents.Sha256Hash.Of(drop.Name).Short}_unreadable");
        var now = time.GetUtcNow();
        await attention.PutAsync(
            null,
            document,
            $"The file {PlainText.OneLine(drop.Name, 200)} has '.' or '..' between slashes in its name, so it cannot be read. Drop it again under another name and delete this one.",
            now,
            cancellationToken);
        await waiting.PutAsync(new OutboundWrite.PutWaiting(drop, document, now + TimeSpan.FromDays(1)), cancellationToken);
    }
}
