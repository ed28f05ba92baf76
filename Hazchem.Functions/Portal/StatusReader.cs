using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>
/// How each depot does. It is read from what is pending, what waits, what needs a person and the last day, never from
/// history; and once for all who look within some seconds.
/// </summary>
internal sealed class StatusReader(
    DocumentStorage storage, HazchemSettings hazchem, DepotGateRows gates, WaitingList waiting, DropBox dropBox, HourReader hours, TimeProvider time) : IDisposable
{
    /// <summary>More than these files in the drop box are not counted: a listing is a request for every 5,000.</summary>
    private const int MostPending = 5_000;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(3);

    private static readonly string[] SyncFields =
        [nameof(TableEntity.RowKey), "Cursor", "LastRunStartedAt", "LastRunEndedAt", "LastRunFetched", "LastRunFailed", "LastRunProblem", "LastCompleteRunAt"];

    private static readonly string[] PartitionOnly = [nameof(TableEntity.PartitionKey)];

    private readonly SemaphoreSlim gate = new(1);
    private StatusBody? known;

    public async Task<StatusBody> ReadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (known is null || known.At + Lasts <= time.GetUtcNow())
            {
                known = await ReadAnewAsync(cancellationToken);
            }

            return known;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<StatusBody> ReadAnewAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var (pending, pendingOf) = await CountPendingAsync(cancellationToken);
        var waitingOf = (await waiting.ReadAsync(cancellationToken)).Keys.CountBy(DepotOf).ToDictionary();
        var attentionOf = await CountAttentionAsync(cancellationToken);
        var depots = new List<DepotStatus>();
        foreach (var (depot, access) in hazchem.Depots.OrderBy(depot => depot.Key))
        {
            var day = await hours.ReadAsync(depot.Value, cancellationToken);
            var seconds = day.SelectMany(hour => hour.Seconds).Order().ToArray();
            depots.Add(new DepotStatus
            {
                Depot = depot.Value,
                Sync = await ReadSyncAsync(depot, at, cancellationToken),
                Sending = access is DepotAccess.Parked parked
                    ? new SendingStatus { State = "unusable-key", Reason = parked.Reason }
                    : ToStatus((await gates.ReadAsync(depot, cancellationToken)).Gate, at),
                Pending = pendingOf.GetValueOrDefault(depot.Value),
                Waiting = waitingOf.GetValueOrDefault(depot.Value),
                Attention = attentionOf.GetValueOrDefault(depot.Value),
                Sent = day.Sum(hour => hour.Sent),
                Received = day.Sum(hour => hour.Received),
                NotSent = day.Sum(hour => hour.NotSent),
                MedianSeconds = HourSummary.Percentile([.. seconds], 0.5),
                P95Seconds = HourSummary.Percentile([.. seconds], 0.95),
                Hours = [.. day.Select(hour => new HourBody(
                    hour.From, hour.Sent, hour.Received, hour.NotSent, HourSummary.Percentile(hour.Seconds, 0.5), HourSummary.Percentile(hour.Seconds, 0.95)))],
            });
        }

        var unaddressed = attentionOf.Where(count => depots.TrueForAll(depot => depot.Depot != count.Key)).Sum(count => count.Value);
        return new StatusBody(at, pending, unaddressed, depots);
    }

    private async Task<(CountBody All, Dictionary<string, int> ByDepot)> CountPendingAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        var byDepot = new Dictionary<string, int>();
        await foreach (var pending in dropBox.ListAsync(cancellationToken))
        {
            if (count == MostPending)
            {
                return (new CountBody(count, OrMore: true), byDepot);
            }

            count++;
            var depot = DepotOf(pending.Drop);
            byDepot[depot] = byDepot.GetValueOrDefault(depot) + 1;
        }

        return (new CountBody(count, OrMore: false), byDepot);
    }

    private async Task<Dictionary<string, int>> CountAttentionAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>();
        await foreach (var row in storage.NeedsAttention.QueryAsync<TableEntity>(select: PartitionOnly, cancellationToken: cancellationToken))
        {
            counts[row.PartitionKey] = counts.GetValueOrDefault(row.PartitionKey) + 1;
        }

        return counts;
    }

    /// <summary>One query; the packed ids in the row are not read.</summary>
    private async Task<SyncStatus> ReadSyncAsync(DepotCode depot, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var status = new SyncStatus();
        var setAside = 0;
        await foreach (var row in storage.DepotState.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {depot.Value}"), select: SyncFields, cancellationToken: cancellationToken))
        {
            if (row.RowKey.StartsWith(DepotProgressStore.AsidePrefix, StringComparison.Ordinal))
            {
                setAside++;
            }
            else if (row.RowKey == DepotProgressStore.StateRow)
            {
                var cursor = row.GetDateTimeOffset("Cursor");
                status = new SyncStatus
                {
                    StartedAt = row.GetDateTimeOffset("LastRunStartedAt"),
                    EndedAt = row.GetDateTimeOffset("LastRunEndedAt"),
                    CompleteAt = row.GetDateTimeOffset("LastCompleteRunAt"),
                    Fetched = row.GetInt32("LastRunFetched"),
                    Failed = row.GetInt32("LastRunFailed"),
                    Problem = row.GetString("LastRunProblem") is { Length: > 0 } problem ? problem : null,
                    Cursor = cursor,
                    LagSeconds = cursor is null ? null : Math.Round(Math.Max(0, (at - cursor.Value).TotalSeconds)),
                };
            }
        }

        return status with { SetAside = setAside };
    }

    private static SendingStatus ToStatus(DepotGate gate, DateTimeOffset at) => new()
    {
        State = gate.Closed switch
        {
            null => "open",
            ClosureKind.WrongKey => "wrong-key",
            ClosureKind.TooManyRequests => "too-many-requests",
            _ => "out-of-reach",
        },
        Reason = gate.Reason,
        Since = gate.ClosedSince,
        ProbeAt = gate.ProbeAt,
        ClosedTypes = gate.Types.Where(type => type.Value.ClosedUntil > at).Select(type => new ClosedType(
            type.Key.ToSegment(), type.Value.ClosedUntil!.Value, type.Value.Reason ?? "")).ToList() is { Count: > 0 } closed ? closed : null,
    };

    private static string DepotOf(Drop drop) => DropName.TryParse(drop.Name, out var name, out _) ? name.Depot.Value : Outcomes.NoDepot;
}

internal sealed record StatusBody(DateTimeOffset At, CountBody Pending, int Unaddressed, IReadOnlyList<DepotStatus> Depots);

internal sealed record CountBody(int Count, bool OrMore);

internal sealed record DepotStatus
{
    public required string Depot { get; init; }

    public required SyncStatus Sync { get; init; }

    public required SendingStatus Sending { get; init; }

    public required int Pending { get; init; }

    public required int Waiting { get; init; }

    public required int Attention { get; init; }

    public required int Sent { get; init; }

    public required int Received { get; init; }

    public required int NotSent { get; init; }

    public double? MedianSeconds { get; init; }

    public double? P95Seconds { get; init; }

    public required IReadOnlyList<HourBody> Hours { get; init; }
}

internal sealed record SyncStatus
{
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? CompleteAt { get; init; }

    public int? Fetched { get; init; }

    public int? Failed { get; init; }

    public string? Problem { get; init; }

    public DateTimeOffset? Cursor { get; init; }

    public double? LagSeconds { get; init; }

    public int SetAside { get; init; }
}

internal sealed record SendingStatus
{
    public required string State { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? ProbeAt { get; init; }

    public IReadOnlyList<ClosedType>? ClosedTypes { get; init; }
}

internal sealed record ClosedType(string DocumentType, DateTimeOffset Until, string Reason);

internal sealed record HourBody(DateTimeOffset From, int Sent, int Received, int NotSent, double? MedianSeconds, double? P95Seconds);
