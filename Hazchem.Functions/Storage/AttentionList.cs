using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Storage;

/// <summary>
/// What a person must look at, by depot. An entry is written before the state it announces and removed after it, so an
/// entry may speak too early or too late, never not at all: whoever reads it checks the document's own row.
/// </summary>
internal sealed class AttentionList(DocumentStorage storage, Instruments instruments)
{
    public async Task PutAsync(
        DepotCode? depot, DocumentKey document, string reason, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await storage.NeedsAttention.UpsertEntityAsync(
            new TableEntity(Partition(depot), Row(document))
            {
                ["DocumentPartition"] = document.Partition,
                ["DocumentRow"] = document.Row,
                [DocumentColumns.Reason] = reason,
                ["Since"] = since,
            },
            TableUpdateMode.Replace,
            cancellationToken);
        instruments.NeedsAttention(Partition(depot));
    }

    public Task RemoveAsync(DepotCode? depot, DocumentKey document, CancellationToken cancellationToken) =>
        storage.NeedsAttention.DeleteEntityAsync(Partition(depot), Row(document), ETag.All, cancellationToken);

    /// <summary>Only the version that was looked at: what was announced since then stays.</summary>
    public async Task RemoveAsync(DepotCode? depot, DocumentKey document, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await storage.NeedsAttention.DeleteEntityAsync(Partition(depot), Row(document), version, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // It speaks of something new.
        }
    }

    /// <summary>The version of an entry; null where there is none.</summary>
    public async Task<ETag?> FindAsync(DepotCode? depot, DocumentKey document, CancellationToken cancellationToken)
    {
        var answer = await storage.NeedsAttention.GetEntityIfExistsAsync<TableEntity>(
            Partition(depot), Row(document), cancellationToken: cancellationToken);
        return answer.HasValue ? answer.Value!.ETag : null;
    }

    /// <summary>How many entries there are, counted up to <paramref name="most"/>: one storage operation up to 1,000.</summary>
    public async Task<int> CountAsync(int most, CancellationToken cancellationToken) =>
        await storage.NeedsAttention
            .QueryAsync<TableEntity>(maxPerPage: most, select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken)
            .Take(most)
            .CountAsync(cancellationToken);

    private static string Partition(DepotCode? depot) => depot?.Value ?? Outcomes.NoDepot;

    private static string Row(DocumentKey document) => $"{document.Partition}_{document.Row}";
}
