using System.Collections.Concurrent;
using Azure;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Inbound;

/// <summary>One sync of one depot.</summary>
/// <remarks>
/// <code>
/// 1 read progress ─ 2 list a page ─ 3 fetch what is new ─ 4 write down progress ─┬─ 5 retry what is set aside ─ 6 cursor := Date
///                        ^                                                       │
///                        └──────────────────── next page ────────────────────────┘
/// </code>
/// A run that is cut anywhere leaves the cursor at what is contiguously handled, and the next goes on from there.
/// </remarks>
internal sealed class DepotSync(
    HazchemClient hazchem,
    DepotProgressStore store,
    DocumentFetcher fetcher,
    InboundRecords records,
    AttentionList attention,
    InboundSettings settings,
    Instruments instruments,
    TimeProvider time,
    ILogger<DepotSync> logger)
{
    /// <summary>So many documents at either end of a page tell whether anything can be fetched at all.</summary>
    private const int Sample = 5;

    /// <summary>So many failures one after another end the run: what fails is not the documents.</summary>
    private const int Streak = 10;

    /// <summary>So many runs in a row may end because nothing could be fetched.</summary>
    private const int MaxStoppedRuns = 3;

    /// <summary>So many failed runs in a row, half an hour of them, are shown to a person.</summary>
    private const int FailedRunsShown = 3;

    private const int MaxListingStarts = 4;
    private const int MaxAsideARun = 200;

    /// <summary>One run shows so many unreadable entries; the next goes on from there.</summary>
    private const int MaxUnreadableARun = 200;

    /// <summary>Progress is written down even when the run was told to end.</summary>
    private static readonly TimeSpan SavingTakes = TimeSpan.FromSeconds(20);

    public async Task<RunRecord> RunAsync(DepotCode depot, CancellationToken cancellationToken)
    {
        using var span = Spans.Start("sync depot");
        span?.SetTag(Attributes.Depot, depot.Value);
        using var runFor = new CancellationTokenSource(settings.RunFor, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(runFor.Token, cancellationToken);

        // 1.
        var run = new Run(time.GetUtcNow(), either.Token, cancellationToken)
        {
            Progress = await store.ReadAsync(depot, cancellationToken),
        };
        if (run.Progress.Cursor is null)
        {
            if (run.Progress.ETag is not null)
            {
                Log.BeginsAgain(logger, depot.Value, settings.InitialLookback);
            }

            run.Progress.AdvanceTo(run.StartedAt - settings.InitialLookback + settings.Overlap);
        }

        try
        {
            await ReadListingAsync(run);
            if (run.Problem is null)
            {
                // 5.
                await RetryAsideAsync(run);
            }
        }
        catch (OperationCanceledException) when (run.Cut.IsCancellationRequested)
        {
            run.Problem ??= "The time for one run was over; the next goes on.";
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            Log.StorageFailed(logger, e, depot.Value);
            run.Problem ??= "Storage failed.";
        }

        // 6.
        var record = new RunRecord(run.StartedAt, time.GetUtcNow(), run.Fetched, run.Failed, run.ReadToItsEnd, run.Problem, run.KeyRefused);
        run.Progress.LastRun = record;
        run.Progress.StoppedRuns = run.NothingCame ? run.Progress.StoppedRuns + 1 : 0;
        var failedBefore = run.Progress.FailedRuns;
        run.Progress.FailedRuns = run.Problem is null || run.Cut.IsCancellationRequested ? 0 : failedBefore + 1;
        var clockWasOff = run.Progress.ClockOff;
        run.Progress.ClockOff = run.ClockProblem is not null || (clockWasOff && !run.ReadToItsEnd);

        // Remove an entry before the row forgets it, and write one after the row says so: the next run does what a crash prevents.
        using var ending = new CancellationTokenSource(SavingTakes, time);
        if (failedBefore >= FailedRunsShown && run.Progress.FailedRuns == 0)
        {
            await attention.RemoveAsync(depot, DepotEntries.Fetching(depot), ending.Token);
        }

        if (clockWasOff && !run.Progress.ClockOff)
        {
            await attention.RemoveAsync(depot, DepotEntries.Clock(depot), ending.Token);
        }

        await SaveAsync(run);
        if (run.Progress.FailedRuns >= FailedRunsShown)
        {
            await attention.PutAsync(
                depot,
                DepotEntries.Fetching(depot),
                $"Depot {depot} has not been able to fetch for {run.Progress.FailedRuns} runs: {run.Problem}",
                run.StartedAt,
                cancellationToken);
        }

        if (run.ClockProblem is not null)
        {
            Log.ClockOff(logger, depot.Value, run.ClockProblem);
            await attention.PutOnceAsync(depot, DepotEntries.Clock(depot), run.ClockProblem, run.StartedAt, cancellationToken);
        }

        instruments.Synced(depot, run.Progress.Cursor!.Value);
        if (run.Problem is not null)
        {
            Log.Stopped(logger, depot.Value, run.Problem);
        }

        Log.Synced(logger, depot.Value, run.Fetched, run.Failed, run.Progress.Aside.Count, run.ReadToItsEnd);
        return record;
    }

    private async Task ReadListingAsync(Run run)
    {
        var depot = run.Progress.Depot;
        DateTimeOffset? date = null;
        var isFirst = true;
        var starts = 1;
        var since = Since(run);
        string? cursor = null;
        var cursors = new HashSet<string>();
        while (true)
        {
            // 2.
            var answer = await hazchem.ListAsync(depot, since, cursor, settings.PageSize, run.Cut);
            if (answer is ListOutcome.CursorExpired && starts < MaxListingStarts)
            {
                Log.ListingStartsAgain(logger, depot.Value);
                starts++;
                since = Since(run);
                cursor = null;
                cursors.Clear();
                continue;
            }

            if (answer is not ListOutcome.Page page)
            {
                run.KeyRefused = answer is ListOutcome.Refused { Reason: RefusalReason.Unauthenticated };
                run.Problem = answer switch
                {
                    ListOutcome.Refused refused => refused.Message,
                    ListOutcome.Unavailable unavailable => unavailable.Message,
                    _ => "Hazchem's cursors expire faster than its listing can be read.",
                };
                return;
            }

            if (isFirst)
            {
                isFirst = false;
                date = ReadClock(page.Date, run);
                if (Since(run) < since)
                {
                    since = Since(run);
                    continue;
                }
            }

            var odd = page.Documents.FirstOrDefault(document =>
                document.AvailableAt > run.Ceiling + DepotProgress.ClockTolerance || document.AvailableAt < since - DepotProgress.ClockTolerance);
            if (odd is not null)
            {
                run.ClockProblem ??= $"Hazchem lists a document dated {odd.AvailableAt:u}, but was asked for documents from {since:u} to now, {run.Ceiling:u}.";
            }

            // 3.
            await ShowUnreadableAsync(page, run);
            var contiguous = await FetchPageAsync(page.Documents, run);
            if (contiguous is { } handledTo && !run.IsHeld)
            {
                run.Progress.AdvanceTo(handledTo);
            }

            if (run.Problem is not null)
            {
                return;
            }

            run.Cut.ThrowIfCancellationRequested();
            if (page.NextCursor is null)
            {
                run.ReadToItsEnd = true;
                if (date is { } readAt)
                {
                    run.Progress.ClockBehind = TimeSpan.Zero;
                    if (!run.IsHeld)
                    {
                        run.Progress.AdvanceTo(readAt);
                    }
                }

                return;
            }

            if (!cursors.Add(page.NextCursor))
            {
                run.Problem = "Hazchem's listing gave the same cursor twice.";
                return;
            }

            // 4. The last page's progress is written with the run's end.
            if (run.Progress.HasChanges)
            {
                await SaveAsync(run);
            }

            cursor = page.NextCursor;
        }
    }

    private DateTimeOffset Since(Run run) => run.Progress.Cursor!.Value - settings.Overlap - run.Progress.ClockBehind;

    /// <summary>Hazchem's time; null if it is absent or too far from ours to be believed. Then only documents move the cursor.</summary>
    private DateTimeOffset? ReadClock(DateTimeOffset? date, Run run)
    {
        var now = time.GetUtcNow();
        run.Ceiling = now;
        if (date is null)
        {
            Log.NoDate(logger, run.Progress.Depot.Value);
            return null;
        }

        var behind = now - date.Value;
        if (behind.Duration() > DepotProgress.ClockTolerance)
        {
            run.ClockProblem = $"Hazchem's clock says {date:u}, but ours says {now:u}.";
            if (behind > run.Progress.ClockBehind + DepotProgress.ClockTolerance)
            {
                run.Progress.ClockBehind = behind < settings.InitialLookback ? behind : settings.InitialLookback;
            }

            return null;
        }

        run.Ceiling = date.Value;
        return date;
    }

    /// <summary>Shows each unreadable entry once. If a whole page is unreadable the fault may be ours, so the cursor stays before it.</summary>
    private async Task ShowUnreadableAsync(ListOutcome.Page page, Run run)
    {
        var depot = run.Progress.Depot;
        run.IsHeld |= page.Documents.Count == 0 && page.Unreadable.Count > 0;
        foreach (var entry in page.Unreadable)
        {
            // No document's id has a line break.
            var id = $"\n{entry.Key}";
            if (!run.Progress.Handled.Contains(id))
            {
                if (run.Unreadable == MaxUnreadableARun)
                {
                    run.IsHeld = true;
                    return;
                }

                run.Unreadable++;
                Log.Unreadable(logger, depot.Value, entry.Reason, entry.Key);
                await attention.PutAsync(
                    depot,
                    DepotEntries.Unreadable(depot, entry.Key),
                    $"Hazchem lists a document that cannot be read: {entry.Reason}. Its entry: {entry.Raw}",
                    time.GetUtcNow(),
                    run.Cut);
            }

            run.Progress.Remember(id, run.StartedAt);
        }
    }

    /// <summary>Fetches what is new on a page. Comes back with the time up to which all is handled or set aside.</summary>
    private async Task<DateTimeOffset?> FetchPageAsync(IReadOnlyList<ListedDocument> page, Run run)
    {
        var fresh = page.Where(document => !run.Progress.Knows(document.DocumentId)).DistinctBy(document => document.DocumentId).ToList();
        var results = new ConcurrentDictionary<string, FetchResult>();

        // If neither the first nor the last few can be had, none can: that is trouble of Hazchem's or ours and not
        // the documents' fault, so that none is set aside for it. One that can be had shows that the others are at fault.
        var head = fresh.Take(Sample).ToList();
        var tail = fresh.Skip(Sample).TakeLast(Sample).ToList();
        await FetchAllAsync(head, results, run);
        var nothingComes = head.Count == Sample && AllFailed(head, results);
        if (nothingComes)
        {
            await FetchAllAsync(tail, results, run);
            nothingComes = AllFailed(tail, results);
        }

        // After several such runs they are set aside all the same: it may be the documents, and then a person must hear of it.
        if (nothingComes && run.Problem is null && run.Progress.StoppedRuns < MaxStoppedRuns)
        {
            run.NothingCame = true;
            run.Problem = $"None of {head.Count + tail.Count} documents could be fetched. "
                + $"{results.Values.OfType<FetchResult.Failed>().First().Reason}";
            run.Failed += results.Count;
            return LastHandled();
        }

        await FetchAllAsync(fresh.Where(document => !results.ContainsKey(document.DocumentId)).ToList(), results, run);
        foreach (var document in fresh)
        {
            switch (results.GetValueOrDefault(document.DocumentId))
            {
                case FetchResult.Handled:
                    run.Fetched++;
                    run.Progress.MarkHandled(document);
                    break;
                case FetchResult.Failed failed:
                    run.Failed++;
                    SetAside(AsideDocument.First(document, failed, time.GetUtcNow()), run);
                    break;
                case FetchResult.KeyRefused refused:
                    run.KeyRefused = true;
                    run.Problem ??= refused.Reason;
                    break;
            }
        }

        // A document older than the overlap would be forgotten at once, and fetched by every run that lists it.
        var forgotten = run.Progress.Cursor!.Value - settings.Overlap;
        foreach (var document in page.Where(document => document.AvailableAt < forgotten && run.Progress.Handled.Contains(document.DocumentId)))
        {
            run.Progress.Remember(document.DocumentId, run.StartedAt);
        }

        return LastHandled();

        // A stamp from the future does not prove that everything before it was listed.
        DateTimeOffset? LastHandled() => page
            .TakeWhile(document => run.Progress.Knows(document.DocumentId))
            .LastOrDefault(document => document.AvailableAt <= run.Ceiling)?.AvailableAt;
    }

    private static bool AllFailed(List<ListedDocument> documents, ConcurrentDictionary<string, FetchResult> results) =>
        documents.TrueForAll(document => results.GetValueOrDefault(document.DocumentId) is FetchResult.Failed);

    /// <summary>Fetches several at once, until the run is cut; what has no result then was not tried.</summary>
    private async Task FetchAllAsync(
        IReadOnlyList<ListedDocument> documents, ConcurrentDictionary<string, FetchResult> results, Run run)
    {
        if (run.Problem is not null)
        {
            return;
        }

        var streak = 0;
        try
        {
            await Parallel.ForEachAsync(
                documents,
                new ParallelOptions { MaxDegreeOfParallelism = settings.Concurrency, CancellationToken = run.Cut },
                async (document, ct) =>
                {
                    if (Volatile.Read(ref streak) >= Streak || run.Problem is not null)
                    {
                        return;
                    }

                    var result = await FetchOneAsync(document, run, ct);
                    if (result is not null)
                    {
                        results[document.DocumentId] = result;
                    }

                    if (result is FetchResult.KeyRefused refused)
                    {
                        run.Problem = refused.Reason;
                    }

                    Volatile.Write(ref streak, result is FetchResult.Failed ? streak + 1 : 0);
                });
        }
        catch (OperationCanceledException) when (run.Cut.IsCancellationRequested)
        {
            // What was handled so far is worth writing down.
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            Log.StorageFailed(logger, e, run.Progress.Depot.Value);
            run.Problem = "Storage failed.";
        }

        if (streak >= Streak)
        {
            run.Problem ??= $"{Streak} documents failed one after another.";
        }
    }

    /// <summary>Null if the run was cut before there was a result.</summary>
    private async Task<FetchResult?> FetchOneAsync(ListedDocument document, Run run, CancellationToken ct)
    {
        var depot = run.Progress.Depot;
        var begun = time.GetUtcNow();
        try
        {
            var aside = run.Progress.Aside.GetValueOrDefault(document.DocumentId);
            if (run.Progress.Handled.OverflowUntil is not null || run.Progress.ClockBehind > TimeSpan.Zero)
            {
                // A crash may have left a row that was not told. What was written before the last complete run was told,
                // unless it is set aside.
                var toldBefore = aside is null ? run.Progress.LastCompleteRunAt - settings.RunFor - SavingTakes : null;
                if (await records.IsKnownAsync(depot, document, toldBefore, ct))
                {
                    return new FetchResult.Handled(InboundState.Received);
                }
            }

            var result = await fetcher.FetchAsync(depot, document, aside?.Damages ?? 0, ct);
            if (result is FetchResult.Handled { State: not InboundState.Received and var state })
            {
                Log.NeedsAttention(logger, depot.Value, document.DocumentId, state);
            }

            return result;
        }
        catch (OperationCanceledException) when (run.Cut.IsCancellationRequested)
        {
            // One that takes most of a run would take most of every run, and none would get past it.
            return !run.Stopping.IsCancellationRequested && time.GetUtcNow() - begun > settings.RunFor / 2
                ? new FetchResult.Failed("Its content did not come within the time of a run.")
                : null;
        }
    }

    private async Task RetryAsideAsync(Run run)
    {
        var due = run.Progress.Aside.Values
            .Where(aside => aside.DueAt <= run.StartedAt && aside.Since < run.StartedAt)
            .OrderBy(aside => aside.DueAt)
            .Take(MaxAsideARun)
            .ToList();
        var results = new ConcurrentDictionary<string, FetchResult>();
        await FetchAllAsync([.. due.Select(aside => aside.Document)], results, run);
        foreach (var aside in due)
        {
            switch (results.GetValueOrDefault(aside.Document.DocumentId))
            {
                case FetchResult.Handled:
                    run.Fetched++;
                    run.Progress.MarkHandled(aside.Document);
                    break;
                case FetchResult.Failed failed:
                    run.Failed++;
                    await FailedAgainAsync(aside.Again(failed, time.GetUtcNow()), run);
                    break;
            }
        }
    }

    private async Task FailedAgainAsync(AsideDocument aside, Run run)
    {
        if (aside.IsGivenUp(time.GetUtcNow()))
        {
            Log.GivenUp(logger, run.Progress.Depot.Value, aside.Document.DocumentId, aside.Failures, aside.Reason);
            await records.RecordAsync(
                run.Progress.Depot, aside.Document, InboundState.Failed, null, $"Given up after {aside.Failures} failures. {aside.Reason}", run.Stopping);
            run.Progress.MarkHandled(aside.Document);
            return;
        }

        if (aside.Failures == AsideDocument.ShownFrom)
        {
            await records.RecordAsync(run.Progress.Depot, aside.Document, InboundState.Waiting, null, aside.Reason, run.Stopping);
        }

        SetAside(aside, run);
    }

    private void SetAside(AsideDocument aside, Run run)
    {
        Log.SetAside(logger, run.Progress.Depot.Value, aside.Document.DocumentId, aside.Failures, aside.DueAt, aside.Reason);
        run.Progress.SetAside(aside);
    }

    private async Task SaveAsync(Run run)
    {
        using var saving = new CancellationTokenSource(SavingTakes, time);
        run.Progress = await store.SaveAsync(run.Progress, saving.Token);
    }

    /// <param name="Cut">Ends the run: its time is over, or the app stops.</param>
    /// <param name="Stopping">The app stops.</param>
    private sealed record Run(DateTimeOffset StartedAt, CancellationToken Cut, CancellationToken Stopping)
    {
        /// <summary>Replaced by what each save comes back with.</summary>
        public required DepotProgress Progress { get; set; }

        public int Fetched { get; set; }

        public int Failed { get; set; }

        public bool ReadToItsEnd { get; set; }

        /// <summary>The latest time that can be right: Hazchem's, or ours where Hazchem's is not believed.</summary>
        public DateTimeOffset Ceiling { get; set; }

        /// <summary>What is wrong with Hazchem's clock or its stamps, for a person.</summary>
        public string? ClockProblem { get; set; }

        /// <summary>Unreadable entries that this run showed.</summary>
        public int Unreadable { get; set; }

        /// <summary>Whether the cursor stays, since some of what was listed must be listed again.</summary>
        public bool IsHeld { get; set; }

        /// <summary>Whether the run ended because nothing at all could be fetched.</summary>
        public bool NothingCame { get; set; }

        /// <summary>Whether Hazchem does not take the depot's key.</summary>
        public bool KeyRefused { get; set; }

        /// <summary>Why the run ends before its end.</summary>
        public string? Problem { get; set; }
    }
}
