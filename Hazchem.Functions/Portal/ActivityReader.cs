using Azure.Data.Tables;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Reads <c>Activity</c> from a point in time on. No more is read than was written since.</summary>
internal sealed class ActivityReader(DocumentStorage storage, TimeProvider time)
{
    /// <summary>
    /// How much of what was read is read again the next time: an outcome's time is taken before it is written, and writing may
    /// be tried for most of a minute; and the instances' clocks differ.
    /// </summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    /// <summary>A depot's outcomes behind a row, at most so many. Two queries, unless there are thousands.</summary>
    /// <param name="depot">The depot's code, or <see cref="Outcomes.NoDepot"/>.</param>
    /// <param name="after">A row key, or the start of one.</param>
    /// <param name="limit">The most rows, from 1.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The rows in the order of time, and where to go on; whether there may be more just now.</returns>
    public async Task<(IReadOnlyList<TableEntity> Rows, string Position, bool More)> ReadAsync(
        string depot, string after, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hour = $"{depot}_{after[..Outcomes.HourLength]}";
        string[] filters =
        [
            TableClient.CreateQueryFilter($"PartitionKey eq {hour} and RowKey gt {after}"),
            TableClient.CreateQueryFilter($"PartitionKey gt {hour} and PartitionKey le {Outcomes.ActivityPartition(depot, now + Overlap)}"),
        ];
        var rows = new List<TableEntity>();
        foreach (var filter in filters)
        {
            await foreach (var row in storage.Activity.QueryAsync<TableEntity>(filter, limit - rows.Count + 1, cancellationToken: cancellationToken))
            {
                if (rows.Count == limit)
                {
                    return (rows, rows[^1].RowKey, true);
                }

                rows.Add(row);
            }
        }

        return (rows, Outcomes.ActivityRowAt(now - Overlap), false);
    }
}
