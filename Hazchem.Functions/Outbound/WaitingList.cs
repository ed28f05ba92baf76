using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>The table <c>OutboundWaiting</c>: what is due again and when, by a blob's name and ETag.</summary>
internal sealed class WaitingList(DocumentStorage storage)
{
    private const string Partition = "waiting";
    private const string DocumentPartition = nameof(DocumentPartition);
    private const string DocumentRow = nameof(DocumentRow);
    private const string ForDepot = nameof(ForDepot);
    private const string NoLaterThan = nameof(NoLaterThan);
    private const string ForConsignment = nameof(ForConsignment);

    public Task PutAsync(OutboundWrite.PutWaiting entry, CancellationToken cancellationToken) =>
        storage.OutboundWaiting.UpsertEntityAsync(
            new TableEntity(Partition, Row(entry.Drop))
            {
                [DocumentColumns.DropName] = entry.Drop.Name,
                [DocumentColumns.DropETag] = entry.Drop.ETag,
                [DocumentColumns.DueAt] = entry.DueAt,
                [ForDepot] = entry.ForDepot,
                [NoLaterThan] = entry.NoLaterThan,
                [ForConsignment] = entry.ForConsignment,
                [DocumentPartition] = entry.Document.Partition,
                [DocumentRow] = entry.Document.Row,
            },
            TableUpdateMode.Replace,
            cancellationToken);

    public Task RemoveAsync(Drop drop, CancellationToken cancellationToken) =>
        storage.OutboundWaiting.DeleteEntityAsync(Partition, Row(drop), ETag.All, cancellationToken);

    /// <summary>Only if it still speaks of this document: the blob may have got an entry anew.</summary>
    public async Task RemoveAsync(Drop drop, DocumentKey document, CancellationToken cancellationToken)
    {
        var row = await storage.OutboundWaiting.GetEntityIfExistsAsync<TableEntity>(Partition, Row(drop), cancellationToken: cancellationToken);
        if (row.HasValue && row.Value!.GetString(DocumentRow) == document.Row && row.Value.GetString(DocumentPartition) == document.Partition)
        {
            await storage.OutboundWaiting.DeleteEntityAsync(Partition, Row(drop), row.Value.ETag, cancellationToken);
        }
    }

    /// <summary>The names of the blobs that wait, in no order. A request for every 1,000.</summary>
    public IAsyncEnumerable<string> ListAsync(CancellationToken cancellationToken) => storage.OutboundWaiting
        .QueryAsync<TableEntity>(entity => entity.PartitionKey == Partition, select: [DocumentColumns.DropName], cancellationToken: cancellationToken)
        .Select(row => row.GetString(DocumentColumns.DropName));

    /// <summary>All that waits. A request for every 1,000.</summary>
    public async Task<Dictionary<Drop, OutboundWrite.PutWaiting>> ReadAsync(CancellationToken cancellationToken)
    {
        var entries = new Dictionary<Drop, OutboundWrite.PutWaiting>();
        await foreach (var row in storage.OutboundWaiting.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            var drop = Drop.Of(row.GetString(DocumentColumns.DropName), row.GetString(DocumentColumns.DropETag));
            entries[drop] = new OutboundWrite.PutWaiting(
                drop,
                new DocumentKey(row.GetString(DocumentPartition), row.GetString(DocumentRow)),
                row.GetDateTimeOffset(DocumentColumns.DueAt)!.Value,
                row.GetBoolean(ForDepot) ?? false,
                row.GetDateTimeOffset(NoLaterThan),
                row.GetBoolean(ForConsignment) ?? false);
        }

        return entries;
    }

    /// <summary>A blob's name may be longer than a key, and may have what a key forbids.</summary>
    private static string Row(Drop drop) => Sha256Hash.Of($"{drop.Name}\n{drop.ETag}").Value;
}
