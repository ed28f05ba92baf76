using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Reads the documents' rows.</summary>
internal sealed class DocumentReader(DocumentStorage storage)
{
    private const int MostSuggestions = 10;
    private const int RowsALook = 50;

    /// <summary>Sorts behind every character of a consignment number.</summary>
    private const string Last = "~";

    private static readonly string[] PartitionOnly = [nameof(TableEntity.PartitionKey)];

    /// <summary>One query.</summary>
    public async Task<(IReadOnlyList<DocumentRow> Rows, string? Next)> ListAsync(
        string partition, int limit, string? next, CancellationToken cancellationToken)
    {
        var page = await Paging.ReadAsync(
            storage.ConsignmentDocuments, TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), limit, next, cancellationToken);
        return ([.. page.Values.Select(row => new DocumentRow(row)).OrderByDescending(row => row.FirstSeenAt).ThenBy(row => row.Key.Row, StringComparer.Ordinal)], page.Next);
    }

    /// <summary>One operation; null where there is no such document.</summary>
    public async Task<DocumentRow?> FindAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var answer = await storage.ConsignmentDocuments.GetEntityIfExistsAsync<TableEntity>(
            key.Partition, key.Row, cancellationToken: cancellationToken);
        return answer.HasValue ? new DocumentRow(answer.Value!) : null;
    }

    /// <summary>
    /// Consignments whose number begins so, at most 10, with as many short queries at most: each looks a few rows on, and the
    /// next begins behind the last consignment seen, so that one with many documents costs no more than one with few.
    /// </summary>
    public async Task<IReadOnlyList<string>> SuggestAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {prefix} and PartitionKey lt {prefix + Last}");
        for (var look = 0; look < MostSuggestions && found.Count < MostSuggestions; look++)
        {
            var page = await Paging.ReadAsync(storage.ConsignmentDocuments, filter, RowsALook, next: null, cancellationToken, PartitionOnly);
            found.AddRange(page.Values.Select(row => row.PartitionKey).Distinct());
            if (page.Next is null || found.Count == 0)
            {
                break;
            }

            filter = TableClient.CreateQueryFilter($"PartitionKey gt {found[^1]} and PartitionKey lt {prefix + Last}");
        }

        return [.. found.Take(MostSuggestions)];
    }

    /// <summary>Changes columns of a row if nobody else has written it since it was read.</summary>
    /// <returns>False where somebody has, or it is gone.</returns>
    public async Task<bool> MergeAsync(DocumentRow row, IReadOnlyDictionary<string, object> columns, CancellationToken cancellationToken)
    {
        try
        {
            await storage.ConsignmentDocuments.UpdateEntityAsync(
                new TableEntity(columns.ToDictionary()) { PartitionKey = row.Key.Partition, RowKey = row.Key.Row }, row.Entity.ETag, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }
}
