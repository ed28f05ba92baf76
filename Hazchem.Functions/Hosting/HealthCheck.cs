using System.Globalization;
using Azure;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Hosting;

/// <summary>
/// Finds what is wrong from what storage says, so that every instance says the same. Two storage operations and two a depot,
/// whatever is pending, and none for <see cref="IsKept"/> after that: anybody may ask.
/// </summary>
internal sealed class HealthCheck(
    DocumentStorage storage,
    DropBox dropBox,
    DepotGateRows gates,
    DepotProgressStore progress,
    AttentionList attention,
    HazchemSettings hazchem,
    OutboundSettings outbound,
    Instruments instruments,
    TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IsKept = TimeSpan.FromSeconds(10);

    /// <summary>Three runs of <c>FetchDocuments</c>.</summary>
    private static readonly TimeSpan LatestSync = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LongestPending = TimeSpan.FromHours(1);

    private static readonly TimeSpan StorageAnswersWithin = TimeSpan.FromSeconds(10);

    /// <summary>One request.</summary>
    private const int MostPending = 5_000;

    private const int MostAttention = 1_000;

    private readonly SemaphoreSlim turn = new(1);
    private HealthReport? last;

    /// <param name="cancellationToken">
    /// Ends waiting for one's turn. A check that has begun goes on without whoever asked for it: it is for all, and ends by itself.
    /// </param>
    public async Task<HealthReport> RunAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (last is null || time.GetUtcNow() - last.CheckedAt >= IsKept)
            {
                last = await CheckAsync();
            }

            return last;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<HealthReport> CheckAsync()
    {
        var now = time.GetUtcNow();
        using var tooLong = new CancellationTokenSource(StorageAnswersWithin, time);
        try
        {
            await storage.EnsureCreatedAsync(tooLong.Token);
            var reasons = new List<HealthReason>();
            foreach (var (depot, access) in hazchem.Depots)
            {
                reasons.AddRange(access is DepotAccess.Parked
                    ? [new HealthReason("keyUnusable", depot.Value, $"Depot {depot} has no usable key in the settings: nothing is sent or fetched for it.")]
                    : await CheckAsync(depot, now, tooLong.Token));
            }

            var pending = await dropBox.ListAsync(tooLong.Token).Take(MostPending).ToListAsync(tooLong.Token);
            var late = pending.Count(drop => now - drop.LastModified > LongestPending);
            if (late > 0)
            {
                reasons.Add(new HealthReason("pendingTooLong", null, string.Create(
                    CultureInfo.InvariantCulture, $"{late} of {pending.Count} files in the drop box have been there for more than an hour.")));
            }

            var entries = await attention.ListAsync(MostAttention, tooLong.Token);
            instruments.AttentionSeen(entries.Count);
            reasons.AddRange(hazchem.Depots.Keys.SelectMany(depot => ReasonsOf(depot, entries)));
            return new HealthReport(
                reasons.Count == 0 ? HealthStatus.Healthy : HealthStatus.Degraded, now, reasons, pending.Count, entries.Count, outbound.Shadow);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException or IOException)
        {
            return new HealthReport(
                HealthStatus.Unhealthy,
                now,
                [
                    new HealthReason("storage", null, e is RequestFailedException { Status: > 0 } failed
                        ? $"The documents' storage answers {failed.Status}."
                        : "The documents' storage does not answer."),
                ],
                Shadow: outbound.Shadow);
        }
    }

    private static IEnumerable<HealthReason> ReasonsOf(DepotCode depot, IReadOnlyList<DocumentKey> entries)
    {
        if (entries.Contains(DepotEntries.Clock(depot)))
        {
            yield return new HealthReason("clockOff", depot.Value, $"Hazchem's clock is wrong, or the times of the documents that it lists for depot {depot}.");
        }

        var unreadable = entries.Count(entry => DepotEntries.IsUnreadable(entry, depot));
        if (unreadable > 0)
        {
            yield return new HealthReason("unreadableEntries", depot.Value, string.Create(
                CultureInfo.InvariantCulture, $"{unreadable} documents that Hazchem lists for depot {depot} cannot be read."));
        }
    }

    /// <summary>Hazchem's own words stay in the log and in <c>NeedsAttention</c>.</summary>
    private async Task<IReadOnlyList<HealthReason>> CheckAsync(DepotCode depot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reasons = new List<HealthReason>();
        var gate = (await gates.ReadAsync(depot, cancellationToken)).Gate;
        if (gate.Closed is { } kind)
        {
            var why = kind switch
            {
                ClosureKind.WrongKey => "Hazchem does not take its key",
                ClosureKind.TooManyRequests => "Hazchem asked for a pause",
                _ => "Hazchem is out of reach",
            };
            reasons.Add(new HealthReason("cannotSend", depot.Value, $"Depot {depot} cannot send since {gate.ClosedSince:u}: {why}."));
        }

        foreach (var (type, known) in gate.Types.Where(type => type.Value.ClosedUntil > now))
        {
            reasons.Add(new HealthReason(
                "typeRefused", depot.Value, $"Hazchem refuses every {type.ToSegment()} of depot {depot}; none is sent until {known.ClosedUntil:u}."));
        }

        var synced = await progress.ReadLastCompleteRunAsync(depot, cancellationToken);
        if (synced is null || now - synced > LatestSync)
        {
            reasons.Add(new HealthReason(
                "syncLate",
                depot.Value,
                synced is null ? $"Depot {depot} has never been fetched for to the end." : $"Depot {depot} was last fetched for to the end at {synced:u}."));
        }

        return reasons;
    }
}
