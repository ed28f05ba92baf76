using System.Text.Json;
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
    DocumentStorage storage, HazchemSettings hazchem, DepotGateRows gates, WaitingList waiting, DropBox dropBox, HourReader hours, OutboundSettings outbound, TimeProvider time) : IDisposable
{
    /// <summary>No more is counted: a listing of files is a request for every 5,000, and a query one for every 1,000 rows.</summary>
    private const int MostCounted = 5_000;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(3);

    private static readonly string[] SyncFields =
        [nameof(TableEntity.RowKey), "Cursor", "LastRunStartedAt", "LastRunEndedAt", "LastRunFetched", "LastRunFailed", "LastRunProblem", "LastRunKeyRefused", "LastCompleteRunAt"];

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
        var pending = await CountAsync("pending", dropBox.ListAsync(cancellationToken).Select(file => DepotOf(file.Drop.Name)), cancellationToken);
        var waits = await CountAsync("waiting", waiting.ListAsync(cancellationToken).Select(DepotOf), cancellationToken);
        var attention = await CountAsync(
            "attention",
            storage.NeedsAttention.QueryAsync<TableEntity>(select: PartitionOnly, cancellationToken: cancellationToken).Select(row => row.PartitionKey),
            cancellationToken);
        var depots = new List<DepotStatus>();
        foreach (var (depot, access) in hazchem.Depots.OrderBy(depot => depot.Key))
        {
            var day = await hours.ReadAsync(depot.Value, cancellationToken);
            var seconds = day.SelectMany(hour => hour.Seconds).Order().ToArray();
            var (sync, keyRefused) = await ReadSyncAsync(depot, at, cancellationToken);
            depots.Add(new DepotStatus
            {
                Depot = depot.Value,
                Sync = sync,
                Sending = access is DepotAccess.Parked parked
                    ? new SendingStatus { State = "unusable-key", Reason = parked.Reason }
                    : ToStatus((await gates.ReadAsync(depot, cancellationToken)).Gate, keyRefused ? sync.Problem : null, at),
                Pending = pending.Of.GetValueOrDefault(depot.Value),
                Waiting = waits.Of.GetValueOrDefault(depot.Value),
                Attention = attention.Of.GetValueOrDefault(depot.Value),
                Sent = day.Sum(hour => hour.Sent),
                Received = day.Sum(hour => hour.Received),
                NotSent = day.Sum(hour => hour.NotSent),
                Failed = day.Sum(hour => hour.Failed),
                MedianSeconds = HourSummary.Percentile([.. seconds], 0.5),
                P95Seconds = HourSummary.Percentile([.. seconds], 0.95),
                Hours = [.. day.Select(hour => new HourBody(
                    hour.From, hour.Sent, hour.Received, hour.NotSent, HourSummary.Percentile(hour.Seconds, 0.5), HourSummary.Percentile(hour.Seconds, 0.95)))],
            });
        }

        string[] atLeast = [.. new[] { pending, waits, attention }.Where(count => count.OrMore).Select(count => count.What)];
        return new StatusBody
        {
            At = at,
            Shadow = outbound.Shadow,
            Pending = new CountBody(pending.Of.Values.Sum(), pending.OrMore),
            Unaddressed = attention.Of.Where(count => depots.TrueForAll(depot => depot.Depot != count.Key)).Sum(count => count.Value),
            AtLeast = atLeast.Length > 0 ? atLeast : null,
            Depots = depots,
        };
    }

    private static async Task<Count> CountAsync(string what, IAsyncEnumerable<string> depots, CancellationToken cancellationToken)
    {
        var count = 0;
        var of = new Dictionary<string, int>();
        await foreach (var depot in depots.WithCancellation(cancellationToken))
        {
            if (count++ == MostCounted)
            {
                return new Count(what, of, OrMore: true);
            }

            of[depot] = of.GetValueOrDefault(depot) + 1;
        }

        return new Count(what, of, OrMore: false);
    }

    /// <summary>One query; the packed ids in the row are not read.</summary>
    private async Task<(SyncStatus Sync, bool KeyRefused)> ReadSyncAsync(DepotCode depot, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var status = new SyncStatus();
        var keyRefused = false;
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
                keyRefused = row.GetBoolean("LastRunKeyRefused") is true;
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

        return (status with { SetAside = setAside }, keyRefused);
    }

    /// <param name="gate">As learned from what was sent.</param>
    /// <param name="keyRefused">What the last sync was told, where it is that Hazchem does not take the key: sending would be told the same.</param>
    /// <param name="at">Now.</param>
    private static SendingStatus ToStatus(DepotGate gate, string? keyRefused, DateTimeOffset at) => new()
    {
        State = gate.Closed switch
        {
            null when keyRefused is not null => "wrong-key",
            null => "open",
            ClosureKind.WrongKey => "wrong-key",
            ClosureKind.TooManyRequests => "too-many-requests",
            _ => "out-of-reach",
        },
        Reason = gate.Closed is null ? keyRefused : gate.Reason,
        Since = gate.ClosedSince,
        ProbeAt = gate.ProbeAt,
        ClosedTypes = gate.Types.Where(type => type.Value.ClosedUntil > at).Select(type => new ClosedType(
            type.Key.ToSegment(), type.Value.ClosedUntil!.Value, type.Value.Reason ?? "")).ToList() is { Count: > 0 } closed ? closed : null,
    };

    private static string DepotOf(string blobName) => DropName.TryParse(blobName, out var name, out _) ? name.Depot.Value : Outcomes.NoDepot;

    /// <param name="What">The word for it in the answer.</param>
    /// <param name="Of">How many of each depot.</param>
    /// <param name="OrMore">Whether counting was left off.</param>
    private sealed record Count(string What, IReadOnlyDictionary<string, int> Of, bool OrMore);
}

internal sealed record StatusBody
{
    public required DateTimeOffset At { get; init; }

    public required bool Shadow { get; init; }

    public required CountBody Pending { get; init; }

    public required int Unaddressed { get; init; }

    public IReadOnlyList<string>? AtLeast { get; init; }

    public required IReadOnlyList<DepotStatus> Depots { get; init; }

    /// <summary>
    /// Changes when anything does but the time. Within a minute of that it stays, so that whoever keeps asking is answered
    /// with nothing for most of it, and never shows a lag that grows as one that does not.
    /// </summary>
    public string Tag()
    {
        var minute = new DateTimeOffset(At.UtcTicks - (At.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var timeless = this with { At = minute, Depots = [.. Depots.Select(depot => depot with { Sync = depot.Sync with { LagSeconds = null } })] };
        return Caching.TagOf(JsonSerializer.Serialize(timeless, PortalJson.Default.StatusBody));
    }
}

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

    public required int Failed { get; init; }

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
