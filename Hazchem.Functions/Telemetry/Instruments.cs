using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Telemetry;

/// <summary>What the app measures of itself. <c>docs/operations.md</c> says what each is for, and which alerts go by it.</summary>
internal sealed class Instruments
{
    /// <summary>Of the meter and of the source of spans.</summary>
    public const string Name = "Hazchem.Functions";

    /// <summary>
    /// What a sweep saw is told for so long. On Azure the next sweep may be another instance's, and an idle one must not go on
    /// telling what was true once.
    /// </summary>
    private static readonly TimeSpan SweepIsTold = TimeSpan.FromMinutes(5);

    /// <summary>Long enough for a lag to be noticed where no sync runs any more.</summary>
    private static readonly TimeSpan LagIsTold = TimeSpan.FromHours(1);

    private readonly TimeProvider time;
    private readonly Counter<long> documents;
    private readonly Counter<long> bytes;
    private readonly Counter<long> attention;
    private readonly Histogram<double> dropToSent;
    private readonly Histogram<double> imaging;
    private readonly Histogram<double> calls;
    private readonly ConcurrentDictionary<DepotCode, Sync> syncs = new();
    private Sweep? sweep;
    private Seen? attentionSeen;

    public Instruments(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(Name);
        documents = meter.CreateCounter<long>("hazchem.documents", "{document}", "Outcomes of documents, repeats included.");
        bytes = meter.CreateCounter<long>("hazchem.document.io", "By", "Bytes of documents taken in and given to Hazchem.");
        attention = meter.CreateCounter<long>("hazchem.attention", "{entry}", "Entries written for a person to look at.");
        dropToSent = meter.CreateHistogram(
            "hazchem.document.drop_to_sent.duration",
            "s",
            "From the drop of a file to Hazchem's receipt.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400, 259_200],
            });
        imaging = meter.CreateHistogram(
            "hazchem.imaging.duration",
            "s",
            "Making of a file what Hazchem takes.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        calls = meter.CreateHistogram(
            "hazchem.call.duration",
            "s",
            "One request to Hazchem, from its turn to the end of its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120] });
        meter.CreateObservableGauge("hazchem.outbound.pending", () => OfSweep(seen => seen.Pending), "{file}", "Files in the drop box.");
        meter.CreateObservableGauge("hazchem.outbound.waiting", () => OfSweep(seen => seen.Waiting), "{file}", "Files that are due again later.");
        meter.CreateObservableGauge(
            "hazchem.outbound.overdue", () => OfSweep(seen => seen.Overdue), "{file}", "Files that have been there for more than an hour and do not wait for their consignment.");
        meter.CreateObservableGauge(
            "hazchem.outbound.oldest", () => OfSweep(seen => (time.GetUtcNow() - (seen.Oldest ?? time.GetUtcNow())).TotalSeconds), "s", "Age of the oldest file in the drop box.");
        meter.CreateObservableGauge("hazchem.attention.open", ObserveAttention, "{entry}", "Entries that a person must look at.");
        meter.CreateObservableGauge("hazchem.sync.lag", ObserveLag, "s", "Since what Hazchem has for a depot is known to be fetched.");
    }

    public void Told(Direction direction, string? depot, string? type, string outcome, string state) =>
        documents.Add(1, About(direction, depot, type, new(Attributes.Outcome, outcome), new(Attributes.State, state)));

    /// <param name="length">In bytes.</param>
    public void TakenIn(Direction direction, string? depot, string? type, long length) =>
        bytes.Add(length, About(direction, depot, type, new KeyValuePair<string, object?>(Attributes.IoDirection, "receive")));

    /// <summary>Hazchem has it.</summary>
    /// <param name="length">In bytes: what was sent.</param>
    /// <param name="sinceDrop">By two clocks: the storage account's and the app's.</param>
    public void Sent(string depot, string type, long length, TimeSpan sinceDrop)
    {
        bytes.Add(length, About(Direction.Outbound, depot, type, new KeyValuePair<string, object?>(Attributes.IoDirection, "transmit")));
        dropToSent.Record(Math.Max(0, sinceDrop.TotalSeconds), About(Direction.Outbound, depot, type));
    }

    public void Converted(string type, TimeSpan duration, bool refused) => imaging.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>(Attributes.DocumentType, type),
        new KeyValuePair<string, object?>(Attributes.Outcome, refused ? "Refused" : "Converted"));

    /// <param name="status">Null where no answer came.</param>
    /// <param name="trouble">What kept the answer from being one; null where nothing did.</param>
    public void Called(string operation, string depot, int? status, string? trouble, TimeSpan duration)
    {
        var tags = new TagList { { Attributes.Operation, operation }, { Attributes.Depot, depot } };
        if (status is not null)
        {
            tags.Add(Attributes.StatusCode, status);
        }

        if (trouble is not null)
        {
            tags.Add(Attributes.ErrorType, trouble);
        }

        calls.Record(duration.TotalSeconds, tags);
    }

    public void NeedsAttention(string depot) => attention.Add(1, new KeyValuePair<string, object?>(Attributes.Depot, depot));

    /// <param name="overdue">Files dropped more than an hour ago, those of consignments not announced yet left out.</param>
    /// <param name="oldest">When the oldest file was dropped; null where there is none.</param>
    public void Swept(int pending, int waiting, int overdue, DateTimeOffset? oldest) =>
        Volatile.Write(ref sweep, new Sweep(time.GetUtcNow(), pending, waiting, overdue, oldest));

    /// <summary>For who asks after the app's health reads it; a sweep does not.</summary>
    public void AttentionSeen(int entries) => Volatile.Write(ref attentionSeen, new Seen(time.GetUtcNow(), entries));

    /// <param name="fetchedTo">Everything that Hazchem had at this time is fetched or set aside.</param>
    public void Synced(DepotCode depot, DateTimeOffset fetchedTo) => syncs[depot] = new Sync(time.GetUtcNow(), fetchedTo);

    private IEnumerable<Measurement<T>> OfSweep<T>(Func<Sweep, T> value)
        where T : struct =>
        Volatile.Read(ref sweep) is { } seen && time.GetUtcNow() - seen.At < SweepIsTold ? [new Measurement<T>(value(seen))] : [];

    private IEnumerable<Measurement<int>> ObserveAttention() =>
        Volatile.Read(ref attentionSeen) is { } seen && time.GetUtcNow() - seen.At < SweepIsTold ? [new Measurement<int>(seen.Count)] : [];

    private IEnumerable<Measurement<double>> ObserveLag()
    {
        var now = time.GetUtcNow();
        return syncs.Where(sync => now - sync.Value.At < LagIsTold).Select(sync => new Measurement<double>(
            Math.Max(0, (now - sync.Value.FetchedTo).TotalSeconds), new KeyValuePair<string, object?>(Attributes.Depot, sync.Key.Value)));
    }

    private static TagList About(
        Direction direction, string? depot, string? type, params ReadOnlySpan<KeyValuePair<string, object?>> more)
    {
        var tags = new TagList(more);
        tags.Add(Attributes.Direction, direction.ToString());
        tags.Add(Attributes.Depot, depot ?? Attributes.Unknown);
        tags.Add(Attributes.DocumentType, type ?? Attributes.Unknown);
        return tags;
    }

    private sealed record Sweep(DateTimeOffset At, int Pending, int Waiting, int Overdue, DateTimeOffset? Oldest);

    private sealed record Seen(DateTimeOffset At, int Count);

    private sealed record Sync(DateTimeOffset At, DateTimeOffset FetchedTo);
}
