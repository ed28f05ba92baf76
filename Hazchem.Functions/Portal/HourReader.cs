using System.Collections.Concurrent;
using Azure.Data.Tables;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Sums up the hours of <c>Activity</c>. One that is over is read once by an instance and then remembered.</summary>
internal sealed class HourReader(DocumentStorage storage, TimeProvider time)
{
    public const int Hours = 24;

    private const string RepeatStart = "repeat ";

    private static readonly string[] Fields = ["Id", "Outcome", "Occasion", "OccurredAt", DocumentColumns.State, DocumentColumns.FirstSeenAt, DocumentColumns.DroppedAt];

    private readonly ConcurrentDictionary<(string Depot, DateTimeOffset From), HourSummary> over = new();

    /// <summary>The last 24 hours, the oldest first; one query for each that is not remembered.</summary>
    public async Task<IReadOnlyList<HourSummary>> ReadAsync(string depot, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);
        var hours = new List<HourSummary>(Hours);
        for (var from = last.AddHours(1 - Hours); from <= last; from = from.AddHours(1))
        {
            if (!over.TryGetValue((depot, from), out var hour))
            {
                hour = await ReadAsync(depot, from, cancellationToken);
                if (from.AddHours(1) + ActivityReader.Overlap < now)
                {
                    over[(depot, from)] = hour;
                }
            }

            hours.Add(hour);
        }

        foreach (var old in over.Keys.Where(key => key.From < last.AddHours(1 - Hours)))
        {
            over.TryRemove(old, out _);
        }

        return hours;
    }

    private async Task<HourSummary> ReadAsync(string depot, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var (received, notSent, failed) = (0, 0, 0);
        var seconds = new List<double>();
        var seen = new HashSet<string>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Outcomes.ActivityPartition(depot, from)}");
        await foreach (var row in storage.Activity.QueryAsync<TableEntity>(filter, select: Fields, cancellationToken: cancellationToken))
        {
            if (!seen.Add(row.GetString("Id")))
            {
                continue;
            }

            switch (row.GetString("Outcome"))
            {
                case nameof(OutcomeKind.Sent) when row.GetString("Occasion")?.StartsWith(RepeatStart, StringComparison.Ordinal) is not true:
                    seconds.Add(SecondsOf(row));
                    break;
                case nameof(OutcomeKind.NotSent):
                    notSent++;
                    failed += row.GetString(DocumentColumns.State) == nameof(OutboundState.Failed) ? 1 : 0;
                    break;
                case nameof(OutcomeKind.Received):
                    received++;
                    break;
            }
        }

        return new HourSummary(from, received, notSent, failed, [.. seconds.Order()]);
    }

    /// <summary>From when the file lay in the drop box, which may be long before anybody looked. The clocks of storage and of this machine differ.</summary>
    private static double SecondsOf(TableEntity sent)
    {
        var dropped = sent.GetDateTimeOffset(DocumentColumns.DroppedAt) ?? sent.GetDateTimeOffset(DocumentColumns.FirstSeenAt);
        return Math.Max(0, ((sent.GetDateTimeOffset("OccurredAt") - dropped) ?? TimeSpan.Zero).TotalSeconds);
    }
}
