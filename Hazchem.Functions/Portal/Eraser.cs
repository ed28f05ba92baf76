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
/// Erases a consignment everywhere. That somebody wants it is recorded first. What could make something of it anew goes next,
/// the documents' rows last: as long as they are there, a run that was cut is seen to be one, and every step may be done again.
/// </summary>
/// <remarks>
/// It reads all of <c>Activity</c>, since nothing else finds what was told of a consignment whose rows are gone. That is the
/// one place where history costs, and it is not asked for every day. Messages that wait in <c>document-events</c> cannot be
/// picked out of a queue.
/// </remarks>
internal sealed class Eraser(
    DocumentStorage storage, DocumentReader documents, DepotProgressStore progress, Outcomes outcomes, IHostApplicationLifetime app, TimeProvider time)
{
    private const int RowsAQuery = 1000;

    private static readonly string[] KeysOnly = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    /// <param name="partition">The consignment.</param>
    /// <param name="caller">Who wants it.</param>
    /// <param name="cancellationToken">Ends it before anything is erased. After that only the app's end does: whoever asked may not wait for it.</param>
    /// <returns>Null where a document is being sent, or came meanwhile: of that something may be left.</returns>
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

        await TellAsync(partition, caller, cancellationToken);
        return await EraseAsync(consignment, rows, app.ApplicationStopping);
    }

    private async Task<ErasedBody?> EraseAsync(ConsignmentNumber consignment, IReadOnlyList<DocumentRow> rows, CancellationToken stopping)
    {
        var partition = consignment.Value;
        var entries = await EraseSetAsideAsync(consignment, stopping);
        var files = 0;
        foreach (var container in (BlobContainerClient[])[storage.Outbound, storage.Sent, storage.NotSent, storage.Inbound])
        {
            files += await EraseFilesAsync(container, consignment, stopping);
        }

        await EraseAsync(storage.Thumbnails, $"{partition}/", _ => true, stopping);
        entries += await EraseAsync(storage.OutboundWaiting, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), stopping)
            + await EraseAsync(storage.NeedsAttention, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), stopping)
            + await EraseAsync(storage.ToPrint, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), stopping)
            + await EraseAsync(storage.Activity, TableClient.CreateQueryFilter($"DocumentPartition eq {partition}"), stopping);
        foreach (var row in rows)
        {
            // Unchanged since it was read: if somebody has begun to send it meanwhile, its file is being written again.
            if (!await TryEraseAsync(row, stopping))
            {
                return null;
            }
        }

        // What began after the rows were read has a row of its own by now, and files and entries that were not there to be erased.
        return (await ReadRowsAsync(partition, stopping)).Count > 0 ? null : new ErasedBody(partition, files, entries + rows.Count);
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
        blobName.Split('/') is [_, var number, ..] && IsOf(consignment, number);

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

    /// <summary>
    /// Those that could not be fetched yet. They are counted as handled, as of now: a sync that runs just now and knows them
    /// would set them aside once more.
    /// </summary>
    private async Task<int> EraseSetAsideAsync(ConsignmentNumber consignment, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"RowKey ge {DepotProgressStore.AsidePrefix} and RowKey lt {DepotProgressStore.AsidePrefix + "~"}");
        var depots = new HashSet<DepotCode>();
        await foreach (var row in storage.DepotState.QueryAsync<TableEntity>(
            filter, RowsAQuery, [.. KeysOnly, DocumentColumns.Consignment], cancellationToken))
        {
            if (IsOf(consignment, row.GetString(DocumentColumns.Consignment)) && DepotCode.TryParse(row.PartitionKey, out var depot, out _))
            {
                depots.Add(depot);
            }
        }

        var erased = 0;
        foreach (var depot in depots)
        {
            var known = await progress.ReadAsync(depot, cancellationToken);
            foreach (var document in known.Aside.Values.Select(aside => aside.Document).Where(document => IsOf(consignment, document.ConsignmentNumber)).ToList())
            {
                known.MarkHandled(document with { AvailableAt = time.GetUtcNow() });
                erased++;
            }

            await progress.SaveAsync(known, cancellationToken);
        }

        return erased;
    }

    private static bool IsOf(ConsignmentNumber consignment, string? number) =>
        ConsignmentNumber.TryParse(number ?? "", out var named, out _) && named == consignment;

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
