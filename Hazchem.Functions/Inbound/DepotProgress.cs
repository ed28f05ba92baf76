using Azure;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Inbound;

/// <summary>How far a depot's documents are fetched, and what this run changed in that.</summary>
internal sealed class DepotProgress(DepotCode depot)
{
    /// <summary>A time of Hazchem's further from our clock than this is not believed, so the cursor is never further ahead.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, DateTimeOffset> newlyHandled = [];
    private readonly Dictionary<string, AsideDocument?> changedAside = [];

    public DepotCode Depot => depot;

    /// <summary>Everything that Hazchem listed up to here is handled or set aside. Null before the first run.</summary>
    public DateTimeOffset? Cursor { get; private set; }

    public HandledIds Handled { get; private init; } = new();

    /// <summary>By Hazchem's id.</summary>
    public Dictionary<string, AsideDocument> Aside { get; private init; } = [];

    public RunRecord? LastRun { get; set; }

    /// <summary>When a run before this one last read the listing to its end.</summary>
    public DateTimeOffset? LastCompleteRunAt { get; private init; }

    /// <summary>Runs in a row that ended because nothing at all could be fetched.</summary>
    public int StoppedRuns { get; set; }

    /// <summary>Runs in a row that had a problem other than too little time.</summary>
    public int FailedRuns { get; set; }

    /// <summary>Whether a person is shown that Hazchem's clock is wrong.</summary>
    public bool ClockOff { get; set; }

    /// <summary>
    /// How far behind Hazchem's clock was when it was last wrong. Documents that it stamped lie before the cursor, so listings begin
    /// that much earlier until one with the right clock is read to its end.
    /// </summary>
    public TimeSpan ClockBehind { get; set; }

    /// <summary>Of the row as it was read; null if there was none.</summary>
    public ETag? ETag { get; private init; }

    /// <summary>How many properties the packed ids took when read: what is no longer needed is written empty.</summary>
    public int ChunksRead { get; private init; }

    /// <summary>Set-aside documents that this run changed; null for one that is no longer set aside.</summary>
    public IReadOnlyDictionary<string, AsideDocument?> ChangedAside => changedAside;

    public bool HasChanges => newlyHandled.Count > 0 || changedAside.Count > 0;

    public static DepotProgress Read(
        DepotCode depot,
        ETag eTag,
        DateTimeOffset? cursor,
        HandledIds handled,
        int chunks,
        IEnumerable<AsideDocument> aside,
        int stoppedRuns,
        int failedRuns,
        DateTimeOffset? lastCompleteRunAt,
        bool clockOff,
        TimeSpan clockBehind) => new(depot)
        {
            ETag = eTag,
            Cursor = cursor,
            Handled = handled,
            ChunksRead = chunks,
            Aside = aside.ToDictionary(a => a.Document.DocumentId),
            StoppedRuns = stoppedRuns,
            FailedRuns = failedRuns,
            LastCompleteRunAt = lastCompleteRunAt,
            ClockOff = clockOff,
            ClockBehind = clockBehind,
        };

    public bool Knows(string documentId) => Handled.Contains(documentId) || Aside.ContainsKey(documentId);

    public void MarkHandled(ListedDocument document)
    {
        Remember(document.DocumentId, document.AvailableAt);
        if (Aside.Remove(document.DocumentId))
        {
            changedAside[document.DocumentId] = null;
        }
    }

    /// <summary>Needs no second look until the cursor is past <paramref name="time"/>.</summary>
    public void Remember(string id, DateTimeOffset time)
    {
        Handled.Add(id, time);
        newlyHandled[id] = time;
    }

    public void SetAside(AsideDocument aside)
    {
        Aside[aside.Document.DocumentId] = aside;
        changedAside[aside.Document.DocumentId] = aside;
    }

    /// <summary>Never backwards.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        if (Cursor is null || time > Cursor)
        {
            Cursor = time;
        }
    }

    /// <summary>
    /// This run's changes on top of what another run wrote meanwhile. Both are true: what either handled is handled,
    /// and each wrote down what it set aside before its cursor moved.
    /// </summary>
    public DepotProgress OnTopOf(DepotProgress other)
    {
        if (Cursor is { } cursor)
        {
            other.AdvanceTo(cursor);
        }

        foreach (var (id, at) in newlyHandled)
        {
            other.Remember(id, at);
        }

        foreach (var (id, aside) in changedAside)
        {
            if (aside is null)
            {
                if (other.Aside.Remove(id))
                {
                    other.changedAside[id] = null;
                }
            }
            else if (!other.Handled.Contains(id))
            {
                other.SetAside(aside);
            }
        }

        other.LastRun = LastRun;
        other.StoppedRuns = StoppedRuns;
        other.FailedRuns = FailedRuns;
        other.ClockOff = ClockOff;
        other.ClockBehind = ClockBehind;
        return other;
    }

    /// <summary>What was written is no change any more.</summary>
    public DepotProgress Written(ETag eTag, int chunks)
    {
        return new DepotProgress(depot)
        {
            ETag = eTag,
            Cursor = Cursor,
            Handled = Handled,
            Aside = Aside,
            ChunksRead = chunks,
            LastRun = LastRun,
            StoppedRuns = StoppedRuns,
            FailedRuns = FailedRuns,
            LastCompleteRunAt = LastCompleteRunAt,
            ClockOff = ClockOff,
            ClockBehind = ClockBehind,
        };
    }
}
