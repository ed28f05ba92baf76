using System.Globalization;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// Counts a day: dropped = sent + not sent + waiting + superseded + shadowed, for each depot. What was dropped is what has a row; what
/// became of it is what <c>Activity</c> says. A difference is shown to a person.
/// </summary>
/// <remarks>
/// It is the net under the sweep, which sees what lies in the drop box: a document whose owner was killed and whose file
/// was then deleted by the TMS lies nowhere any more. It reads the rows of all documents, once a day.
/// </remarks>
internal sealed class DailyCount(
    DocumentStorage storage,
    OutboundDocuments documents,
    OutboundWriter writer,
    DropBox dropBox,
    AttentionList attention,
    HazchemSettings hazchem,
    TimeProvider time,
    ILogger<DailyCount> logger)
{
    /// <summary>The partition of the counts in <c>DepotState</c>; the row is the day, <c>yyyyMMdd</c>, and the depot.</summary>
    public const string Partition = "~count";

    /// <summary>In the row of each entry of <c>NeedsAttention</c> that is about a count.</summary>
    public const string AttentionInfix = "_count_";

    private static readonly string[] DocumentFields =
        [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), DocumentColumns.Depot];

    private static readonly string[] ActivityFields = ["Outcome", "DocumentPartition", "DocumentRow", Outcomes.By];

    public async Task<IReadOnlyList<DayCount>> RunAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var from = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var counts = new List<DayCount>();
        foreach (var depot in (await DroppedAsync(from, cancellationToken)).GroupBy(dropped => dropped.Depot, dropped => dropped.Key))
        {
            var outcomes = await OutcomesAsync(depot.Key, from, cancellationToken);
            var count = new DayCount(day, depot.Key);
            foreach (var document in depot)
            {
                var outcome = outcomes.TryGetValue(document, out var told)
                    ? told
                    : await FindAsync(document, cancellationToken);
                count = count.With(outcome);
                if (outcome is null)
                {
                    Log.Unaccounted(logger, document, day);
                }
            }

            if (count.Unaccounted != 0)
            {
                await attention.PutAsync(
                    depot: null,
                    new DocumentKey(DocumentKey.Depot, string.Create(CultureInfo.InvariantCulture, $"{count.Depot}{AttentionInfix}{day:yyyyMMdd}")),
                    $"Depot {count.Depot}, {day:yyyy-MM-dd}: {count.Unaccounted} of {count.Dropped} dropped files are not accounted for. The log names them.",
                    time.GetUtcNow(),
                    cancellationToken);
            }

            await storage.DepotState.UpsertEntityAsync(ToEntity(count), TableUpdateMode.Replace, cancellationToken);
            Log.Counted(logger, day, count.Depot, count.Dropped, count.Sent, count.NotSent, count.Waiting, count.Superseded, count.Shadowed);
            counts.Add(count);
        }

        return counts;
    }

    private async Task<List<(string Depot, DocumentKey Key)>> DroppedAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        var dropped = new List<(string, DocumentKey)>();
        var filter = TableClient.CreateQueryFilter(
            $"Direction eq {nameof(Direction.Outbound)} and FirstSeenAt ge {from} and FirstSeenAt lt {from.AddDays(1)}");
        await foreach (var row in storage.ConsignmentDocuments.QueryAsync<TableEntity>(filter, select: DocumentFields, cancellationToken: cancellationToken))
        {
            dropped.Add((row.GetString(DocumentColumns.Depot) ?? Outcomes.NoDepot, new DocumentKey(row.PartitionKey, row.RowKey)));
        }

        return dropped;
    }

    /// <summary>The last outcome of each document of a depot since the day began; what people did with it is none.</summary>
    private async Task<Dictionary<DocumentKey, OutcomeKind>> OutcomesAsync(
        string depot, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var outcomes = new Dictionary<DocumentKey, OutcomeKind>();

        // Of a depot that is not ours they are with those of none; it may have been ours when the day began.
        string[] keptUnder = DepotCode.TryParse(depot, out var code, out _) && !hazchem.Depots.ContainsKey(code) ? [depot, Outcomes.NoDepot] : [depot];
        foreach (var under in keptUnder)
        {
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey ge {Outcomes.ActivityPartition(under, from)} and PartitionKey le {Outcomes.ActivityPartition(under, time.GetUtcNow())}");
            await foreach (var row in storage.Activity.QueryAsync<TableEntity>(filter, select: ActivityFields, cancellationToken: cancellationToken))
            {
                if (row.GetString(Outcomes.By) is null && Enum.TryParse<OutcomeKind>(row.GetString("Outcome"), out var kind))
                {
                    outcomes[new DocumentKey(row.GetString("DocumentPartition"), row.GetString("DocumentRow"))] = kind;
                }
            }
        }

        return outcomes;
    }

    /// <summary>Nothing was told of it: it is still pending, or it was lost sight of and is given its end here.</summary>
    private async Task<OutcomeKind?> FindAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        if (await documents.ReadAsync(key, cancellationToken) is not { } stored)
        {
            return null;
        }

        if (await dropBox.HasAsync(stored.Document.Drop, cancellationToken))
        {
            return OutcomeKind.Waiting;
        }

        var vanished = OutboundTransitions.Apply(
            stored.Document, new OutboundEvent.Vanished(stored.Document.Drop), time.GetUtcNow());
        var written = await writer.WriteAsync(vanished.Writes, file: null, stored, cancellationToken);
        return written.Stored?.Document.State switch
        {
            OutboundState.Superseded => OutcomeKind.Superseded,
            OutboundState.Failed => OutcomeKind.NotSent,
            OutboundState.Sending => OutcomeKind.Waiting,
            _ => null,
        };
    }

    private static TableEntity ToEntity(DayCount count) => new(
        Partition, string.Create(CultureInfo.InvariantCulture, $"{count.Day:yyyyMMdd}_{count.Depot}"))
    {
        [nameof(DayCount.Dropped)] = count.Dropped,
        [nameof(DayCount.Sent)] = count.Sent,
        [nameof(DayCount.NotSent)] = count.NotSent,
        [nameof(DayCount.Waiting)] = count.Waiting,
        [nameof(DayCount.Superseded)] = count.Superseded,
        [nameof(DayCount.Shadowed)] = count.Shadowed,
        [nameof(DayCount.Unaccounted)] = count.Unaccounted,
    };
}

/// <summary>One depot's day.</summary>
internal sealed record DayCount(
    DateOnly Day, string Depot, int Dropped = 0, int Sent = 0, int NotSent = 0, int Waiting = 0, int Superseded = 0, int Shadowed = 0)
{
    /// <summary>Anything but none is an alert.</summary>
    public int Unaccounted => Dropped - Sent - NotSent - Waiting - Superseded - Shadowed;

    public DayCount With(OutcomeKind? outcome)
    {
        var more = this with { Dropped = Dropped + 1 };
        return outcome switch
        {
            OutcomeKind.Sent => more with { Sent = Sent + 1 },
            OutcomeKind.NotSent => more with { NotSent = NotSent + 1 },
            OutcomeKind.Waiting => more with { Waiting = Waiting + 1 },
            OutcomeKind.Superseded => more with { Superseded = Superseded + 1 },
            OutcomeKind.Shadowed => more with { Shadowed = Shadowed + 1 },
            _ => more,
        };
    }
}
