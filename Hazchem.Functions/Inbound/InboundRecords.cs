using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Inbound;

/// <summary>
/// Links a fetched document for its consignment and tells of it. The order is: what a person must see, the
/// document's row, the telling. All of it may be done again.
/// </summary>
internal sealed class InboundRecords(DocumentStorage storage, Outcomes outcomes, AttentionList attention, TimeProvider time)
{
    /// <summary>Whether the document's row is there in a state that is not tried again.</summary>
    /// <param name="toldBefore">A row written since then may not have been told, and is told again; null for any row.</param>
    public async Task<bool> IsKnownAsync(
        DepotCode depot, ListedDocument document, DateTimeOffset? toldBefore, CancellationToken cancellationToken)
    {
        var key = KeyOf(depot, document);
        var row = await ReadAsync(key, cancellationToken);
        if (row is null || !IsFinal(row))
        {
            return false;
        }

        if (toldBefore is null || row.GetDateTimeOffset(DocumentColumns.UpdatedAt) >= toldBefore)
        {
            await outcomes.TellAsync(ToOutcome(key, depot, document, row, time.GetUtcNow()), cancellationToken);
        }

        return true;
    }

    /// <summary>Three operations for a new document that is as it should be.</summary>
    public async Task RecordAsync(
        DepotCode depot, ListedDocument document, InboundState state, StoredContent? content, string? reason, CancellationToken cancellationToken)
    {
        var key = KeyOf(depot, document);
        var now = time.GetUtcNow();
        var shown = state is InboundState.Flagged or InboundState.Skipped or InboundState.Failed or InboundState.Waiting;
        if (shown)
        {
            await attention.PutAsync(depot, key, reason ?? "", now, cancellationToken);
        }

        var row = ToRow(key, depot, document, state, content, reason, now);
        var before = await LinkAsync(row, cancellationToken);
        if (before is not null && IsFinal(before))
        {
            // Another run was here, or this one was cut before it wrote down that it had been. What is linked stays
            // as it is, and is told again under the same id, since the telling may be what was cut.
            row = before;
            if (shown && before.GetString(DocumentColumns.State) is nameof(InboundState.Received) or nameof(InboundState.Withdrawn))
            {
                await attention.RemoveAsync(depot, key, cancellationToken);
            }
        }
        else if (before is not null && !shown)
        {
            await attention.RemoveAsync(depot, key, cancellationToken);
        }

        if (state is not InboundState.Waiting)
        {
            await outcomes.TellAsync(ToOutcome(key, depot, document, row, now), cancellationToken);
        }
    }

    private static bool IsFinal(TableEntity row) =>
        row.GetString(DocumentColumns.State) is not (nameof(InboundState.Waiting) or nameof(InboundState.Failed));

    private static string TypeWord(ListedDocument document) =>
        WireNames.ToDocumentType(document.DocumentType)?.ToSegment() ?? "other";

    private static DocumentKey KeyOf(DepotCode depot, ListedDocument document) => DocumentKey.Fetched(
        ConsignmentOf(document), TypeWord(document), depot, document.DocumentId);

    private static ConsignmentNumber? ConsignmentOf(ListedDocument document) =>
        ConsignmentNumber.TryParse(document.ConsignmentNumber, out var consignment, out _) ? consignment : null;

    private static TableEntity ToRow(
        DocumentKey key,
        DepotCode depot,
        ListedDocument document,
        InboundState state,
        StoredContent? content,
        string? reason,
        DateTimeOffset now)
    {
        var row = new TableEntity(key.Partition, key.Row)
        {
            [DocumentColumns.Version] = 1,
            [DocumentColumns.State] = state.ToString(),
            [DocumentColumns.Direction] = nameof(Direction.Inbound),
            [DocumentColumns.Depot] = depot.Value,
            [DocumentColumns.DocumentType] = TypeWord(document),
            [DocumentColumns.Consignment] = PlainText.OneLine(document.ConsignmentNumber, 100),
            [DocumentColumns.HazchemDocumentId] = document.DocumentId,
            [DocumentColumns.DepotRoles] = PlainText.OneLine(string.Join(',', document.DepotRoles), 200),
            [DocumentColumns.AvailableAt] = document.AvailableAt,
            [DocumentColumns.FirstSeenAt] = now,
            [DocumentColumns.UpdatedAt] = now,
        };
        if (content is not null)
        {
            row[DocumentColumns.Blob] = content.Blob;
            row[DocumentColumns.FileName] = content.FileName;
            row[DocumentColumns.ContentType] = content.ContentType;
            row[DocumentColumns.OriginalBytes] = content.Bytes;
            row[DocumentColumns.OriginalSha256] = content.Sha256.Value;
        }

        if (reason is not null)
        {
            row[DocumentColumns.Reason] = reason;
        }

        return row;
    }

    private static Outcome ToOutcome(
        DocumentKey key, DepotCode depot, ListedDocument document, TableEntity row, DateTimeOffset now)
    {
        var state = row.GetString(DocumentColumns.State);
        return new Outcome
        {
            Kind = state is nameof(InboundState.Received) or nameof(InboundState.Flagged) ? OutcomeKind.Received : OutcomeKind.Skipped,
            Document = key,
            Occasion = state,
            At = now,
            Direction = Direction.Inbound,
            Depot = depot,
            Consignment = ConsignmentOf(document),
            DocumentType = TypeWord(document),
            State = state,
            FileName = row.GetString(DocumentColumns.FileName),
            Blob = row.GetString(DocumentColumns.Blob) ?? "",
            OriginalBytes = row.GetInt64(DocumentColumns.OriginalBytes),
            Sha256 = Sha256Hash.TryParse(row.GetString(DocumentColumns.OriginalSha256), out var sha256) ? sha256 : null,
            HazchemDocumentId = document.DocumentId,
            Reason = row.GetString(DocumentColumns.Reason),
            FirstSeenAt = row.GetDateTimeOffset(DocumentColumns.FirstSeenAt),
        };
    }

    /// <summary>One operation if there is no row yet. Otherwise the row that was there comes back, replaced unless it was final.</summary>
    private async Task<TableEntity?> LinkAsync(TableEntity row, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await storage.ConsignmentDocuments.AddEntityAsync(row, cancellationToken);
                return null;
            }
            catch (RequestFailedException e) when (e.Status is 409)
            {
                var before = await ReadAsync(new DocumentKey(row.PartitionKey, row.RowKey), cancellationToken);
                if (before is null)
                {
                    continue;
                }

                if (IsFinal(before))
                {
                    return before;
                }

                row[DocumentColumns.FirstSeenAt] = before.GetDateTimeOffset(DocumentColumns.FirstSeenAt);
                if (await ReplaceAsync(row, before.ETag, cancellationToken))
                {
                    return before;
                }
            }
        }
    }

    private async Task<bool> ReplaceAsync(TableEntity row, ETag eTag, CancellationToken cancellationToken)
    {
        try
        {
            await storage.ConsignmentDocuments.UpdateEntityAsync(row, eTag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    private async Task<TableEntity?> ReadAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var answer = await storage.ConsignmentDocuments.GetEntityIfExistsAsync<TableEntity>(
            key.Partition, key.Row, cancellationToken: cancellationToken);
        return answer.HasValue ? answer.Value : null;
    }
}
