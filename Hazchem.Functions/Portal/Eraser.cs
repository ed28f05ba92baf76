using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Inbound;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>
/// Erases a consignment everywhere. What could make something of it anew goes first, the documents' rows last: as long as
/// they are there, a run that was cut is seen to be one, and every step may be done again.
/// </summary>
/// <remarks>
/// It reads all of <c>Activity</c>, since nothing else finds what was told of a consignment whose rows are gone. That is the
/// one place where history costs, and it is not asked for every day. Messages that wait in <c>document-events</c> cannot be
/// picked out of a queue.
/// </remarks>
internal sealed class Eraser(DocumentStorage storage, DocumentReader documents, Outcomes outcomes, TimeProvider time)
{
    private const int RowsAQuery = 1000;

    private static readonly string[] KeysOnly = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    /// <returns>Null where a document is being sent: whoever sends it would write of it again.</returns>
    /// <exception cref="ProblemException">It is no consignment.</exception>
    public async Task<ErasedBody?> EraseAsync(string partition, Caller caller, CancellationToken cancellationToken)
    {
        if (!ConsignmentNumber.TryParse(partition, out var consignment, out var reason))
        {
            throw new ProblemException(Problem.BadRequest(reason));
        }

        var rows = await ReadRowsAsync(partition, cancellationToken);
        if (rows.Any(IsBeingSent))
        {
            return null;
        }

        var files = 0;
        foreach (var container in (BlobContainerClient[])[storage.Outbound, storage.Sent, storage.NotSent, storage.Inbound])
        {
            files += await EraseFilesAsync(container, consignment, cancellationToken);
        }

        await EraseAsync(storage.Thumbnails, $"{partition}/", _ => true, cancellationToken);
        var entries = await EraseAsync(storage.OutboundWaiting, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), cancellationToken)
            + await EraseAsync(storage.NeedsAttention, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), cancellationToken)
            + await EraseAsync(storage.ToPrint, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), cancellationToken)
            + await EraseAsync(storage.Activity, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), cancellationToken)
            + await EraseSetAsideAsync(consignment, cancellationToken);
        foreach (var row in rows)
        {
            // Unchanged since it was read: if somebody has begun to send it meanwhile, its file is being written again.
            if (!await TryEraseAsync(row, cancellationToken))
            {
                return null;
            }
        }

        await TellAsync(partition, caller, cancellationToken);
        return new ErasedBody(partition, files, entries + rows.Count);
    }

    /// <summary>Who erased when, and not what: the number is only there to be compared with.</summary>
    private Task TellAsync(string partition, Caller caller, CancellationToken cancellationToken) => outcomes.TellAsync(
        PersonOutcome.Of(
            OutcomeKind.Erased, depot: null, new DocumentKey(DocumentKey.Unaddressed, $"erased_{Sha256Hash.Of(partition)}"), row: null, caller, time.GetUtcNow()),
        cancellationToken);

    private bool IsBeingSent(DocumentRow row) =>
        row.IsOutbound
        && row.State == nameof(OutboundState.Sending)
        && row.Entity.GetDateTimeOffset(DocumentColumns.ClaimedUntil) > time.GetUtcNow();

    private async Task<IReadOnlyList<DocumentRow>> ReadRowsAsync(string partition, CancellationToken cancellationToken)
    {
        var rows = new List<DocumentRow>();
        string? next = null;
        do
        {
            (var page, next) = await documents.ListAsync(partition, RowsAQuery, next, cancellationToken);
            rows.AddRange(page);
        }
        while (next is not null);

        return rows;
    }

    /// <summary>The folders are the depots, also those that are ours no more; the number may be in either case in the drop box.</summary>
    private static async Task<int> EraseFilesAsync(BlobContainerClient container, ConsignmentNumber consignment, CancellationToken cancellationToken)
    {
        var erased = 0;
        await foreach (var folder in container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken))
        {
            if (folder.IsPrefix && DepotCode.TryParse(folder.Prefix.TrimEnd('/'), out var depot, out _))
            {
                var prefix = container.Name == StorageNames.OutboundContainer ? folder.Prefix : $"{depot}/{consignment}/";
                erased += await EraseAsync(container, prefix, name => IsOf(name, consignment), cancellationToken);
            }
        }

        return erased;
    }

    private static bool IsOf(string blobName, ConsignmentNumber consignment) =>
        blobName.Split('/') is [_, var number, ..] && ConsignmentNumber.TryParse(number, out var named, out _) && named == consignment;

    private static async Task<int> EraseAsync(
        BlobContainerClient container, string prefix, Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        var erased = 0;
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
        {
            if (isMeant(blob.Name) && DropBox.IsAddressable(blob.Name))
            {
                await container.GetBlobClient(blob.Name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
                erased++;
            }
        }

        return erased;
    }

    private static async Task<int> EraseAsync(TableClient table, string filter, CancellationToken cancellationToken)
    {
        var found = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, RowsAQuery, KeysOnly, cancellationToken))
        {
            found.Add(row);
        }

        foreach (var row in found)
        {
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        }

        return found.Count;
    }

    /// <summary>Those that could not be fetched yet. They are not tried again, and the listing is past them.</summary>
    private async Task<int> EraseSetAsideAsync(ConsignmentNumber consignment, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"RowKey ge {DepotProgressStore.AsidePrefix} and RowKey lt {DepotProgressStore.AsidePrefix + "~"}");
        var found = new List<TableEntity>();
        await foreach (var row in storage.DepotState.QueryAsync<TableEntity>(
            filter, RowsAQuery, [.. KeysOnly, DocumentColumns.Consignment], cancellationToken))
        {
            if (ConsignmentNumber.TryParse(row.GetString(DocumentColumns.Consignment) ?? "", out var number, out _) && number == consignment)
            {
                found.Add(row);
            }
        }

        foreach (var row in found)
        {
            await storage.DepotState.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        }

        return found.Count;
    }

    private async Task<bool> TryEraseAsync(DocumentRow row, CancellationToken cancellationToken)
    {
        try
        {
            await storage.ConsignmentDocuments.DeleteEntityAsync(row.Key.Partition, row.Key.Row, row.Entity.ETag, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            return false;
        }
    }
}

internal sealed record ErasedBody(string Consignment, int Files, int Rows);
