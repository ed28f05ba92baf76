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
    private const string DocumentPartition = nameof(DocumentPartition);
    private const string DocumentRow = nameof(DocumentRow);

    public async Task PutAsync(
        DepotCode? depot, DocumentKey document, string reason, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await storage.NeedsAttention.UpsertEntityAsync(ToEntity(depot, document, reason, since), TableUpdateMode.Replace, cancellationToken);
        instruments.NeedsAttention(Partition(depot));
    }

    /// <summary>Leaves an existing entry as it is.</summary>
    public async Task PutOnceAsync(
        DepotCode? depot, DocumentKey document, string reason, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            await storage.NeedsAttention.AddEntityAsync(ToEntity(depot, document, reason, since), cancellationToken);
            instruments.NeedsAttention(Partition(depot));
        }
        catch (RequestFailedException e) when (e.Status is 409)
        {
        }
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

    /// <summary>What the entries speak of, up to <paramref name="most"/> of them: one storage operation up to 1,000.</summary>
    public async Task<IReadOnlyList<DocumentKey>> ListAsync(int most, CancellationToken cancellationToken) =>
        await storage.NeedsAttention
            .QueryAsync<TableEntity>(maxPerPage: most, select: [DocumentPartition, DocumentRow], cancellationToken: cancellationToken)
            .Take(most)
            .Select(row => new DocumentKey(row.GetString(DocumentPartition), row.GetString(DocumentRow)))
            .ToListAsync(cancellationToken);

    private static TableEntity ToEntity(DepotCode? depot, DocumentKey document, string reason, DateTimeOffset since) =>
        new(Partition(depot), Row(document))
        {
            [DocumentPartition] = document.Partition,
            [DocumentRow] = document.Row,
            [DocumentColumns.Reason] = reason,
            ["Since"] = since,
        };

    private static string Partition(DepotCode? depot) => depot?.Value ?? Outcomes.NoDepot;

    private static string Row(DocumentKey document) => $"{document.Partition}_{document.Row}";
}
