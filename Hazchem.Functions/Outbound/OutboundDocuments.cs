using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>The rows of documents on their way to Hazchem, in <c>ConsignmentDocuments</c>.</summary>
internal sealed class OutboundDocuments(DocumentStorage storage)
{
    private const int Version = 1;

    /// <summary>Changes with every write, so that a write whose answer was lost is known for one's own.</summary>
    private const string Revision = nameof(Revision);

    /// <summary>A document and the ETag of the row it was read from; null where there is no row.</summary>
    public async Task<StoredDocument?> ReadAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var answer = await storage.ConsignmentDocuments.GetEntityIfExistsAsync<TableEntity>(
            key.Partition, key.Row, cancellationToken: cancellationToken);
        return answer.HasValue ? new StoredDocument(Parse(answer.Value!), answer.Value!.ETag) : null;
    }

    /// <summary>One request, if nobody else wrote the row meanwhile.</summary>
    /// <param name="document">What is to be written.</param>
    /// <param name="etag">The row as it was read; null to insert one.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The row's new ETag; null where somebody else was first.</returns>
    public async Task<ETag?> SaveAsync(OutboundDocument document, ETag? etag, CancellationToken cancellationToken)
    {
        var entity = ToEntity(document);
        var revision = Guid.NewGuid().ToString("N");
        entity[Revision] = revision;
        try
        {
            var answer = etag is null
                ? await storage.ConsignmentDocuments.AddEntityAsync(entity, cancellationToken)
                : await storage.ConsignmentDocuments.UpdateEntityAsync(entity, etag.Value, TableUpdateMode.Replace, cancellationToken);
            return answer.Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status == 412 || e.ErrorCode == TableErrorCode.EntityAlreadyExists || e.Status == 404)
        {
            // Perhaps it was this very write: the client repeats a request whose answer was lost.
            var answer = await storage.ConsignmentDocuments.GetEntityIfExistsAsync<TableEntity>(
                document.Key.Partition, document.Key.Row, [Revision], cancellationToken);
            return answer.HasValue && answer.Value!.GetString(Revision) == revision ? answer.Value.ETag : null;
        }
    }

    private static TableEntity ToEntity(OutboundDocument document)
    {
        var entity = new TableEntity(document.Key.Partition, document.Key.Row)
        {
            [DocumentColumns.Version] = Version,
            [DocumentColumns.Direction] = nameof(Direction.Outbound),
            [DocumentColumns.State] = document.State.ToString(),
            [DocumentColumns.Consignment] = document.Name?.Consignment.Value,
            [DocumentColumns.Depot] = document.Name?.Depot.Value,
            [DocumentColumns.DocumentType] = document.Name?.Type.ToSegment(),
            [DocumentColumns.FileName] = document.FileName,
            [DocumentColumns.Blob] = OutboundTransitions.BlobOf(document),
            [DocumentColumns.DropName] = document.Drop.Name,
            [DocumentColumns.DropETag] = document.Drop.ETag,
            [DocumentColumns.OriginalBytes] = document.OriginalBytes,
            [DocumentColumns.OriginalSha256] = document.Original.Value,
            [DocumentColumns.Reference] = document.Reference,
            [DocumentColumns.CapturedAt] = document.CapturedAt,
            [DocumentColumns.Note] = document.Note,
            [DocumentColumns.Signed] = document.Signed,
            [DocumentColumns.DepotRole] = document.DepotRole,
            [DocumentColumns.Generation] = document.Generation,
            [DocumentColumns.Claims] = document.Claims,
            [DocumentColumns.ClaimedAt] = document.ClaimedAt,
            [DocumentColumns.ClaimedUntil] = document.ClaimedUntil,
            [DocumentColumns.AmbiguousSince] = document.AmbiguousSince,
            [DocumentColumns.KeyInDoubt] = document.KeyInDoubt,
            [DocumentColumns.WaitingSince] = document.WaitingSince,
            [DocumentColumns.ShownWait] = document.ShownWait,
            [DocumentColumns.UnknownSince] = document.UnknownSince,
            [DocumentColumns.DueAt] = document.DueAt,
            [DocumentColumns.WaitsForDepot] = document.WaitsForDepot,
            [DocumentColumns.Attempts] = document.Attempts,
            [DocumentColumns.Reason] = document.Reason,
            [DocumentColumns.NeedsAttention] = document.NeedsAttention,
            [DocumentColumns.HazchemDocumentId] = document.HazchemDocumentId,
            [DocumentColumns.HazchemReceivedAt] = document.HazchemReceivedAt,
            [DocumentColumns.SentBytes] = document.Sent?.Bytes,
            [DocumentColumns.SentSha256] = document.Sent?.Sha256.Value,
            [DocumentColumns.ContentType] = document.Sent?.ContentType,
            [DocumentColumns.Pages] = document.Sent?.Pages,
            [DocumentColumns.MaxBytes] = document.MaxBytes,
            [DocumentColumns.Repeats] = document.Repeats,
            [DocumentColumns.SentAt] = document.SentAt,
            [DocumentColumns.EndedAt] = document.EndedAt,
            [DocumentColumns.Actions] = document.Actions.Json,
            [DocumentColumns.Shadow] = document.Shadow,
            [DocumentColumns.DroppedAt] = document.DroppedAt,
            [DocumentColumns.FirstSeenAt] = document.FirstSeenAt,
            [DocumentColumns.UpdatedAt] = document.UpdatedAt,
        };
        return entity;
    }

    /// <exception cref="InvalidDataException">It is no row of a document to send, or of a version that is not known here.</exception>
    private static OutboundDocument Parse(TableEntity row)
    {
        if (row.GetInt32(DocumentColumns.Version) > Version)
        {
            throw new InvalidDataException(
                $"The row {row.PartitionKey}/{row.RowKey} was written by a newer version of the app, so this one leaves it alone.");
        }

        var dropName = row.GetString(DocumentColumns.DropName);
        return new OutboundDocument
        {
            Key = new DocumentKey(row.PartitionKey, row.RowKey),
            Name = DropName.TryParse(dropName, out var name, out _) ? name : null,
            Drop = Drop.Of(dropName, row.GetString(DocumentColumns.DropETag)),
            Original = Sha256Hash.TryParse(row.GetString(DocumentColumns.OriginalSha256), out var original)
                ? original
                : throw new InvalidDataException($"The row {row.PartitionKey}/{row.RowKey} has no {DocumentColumns.OriginalSha256}."),
            OriginalBytes = row.GetInt64(DocumentColumns.OriginalBytes) ?? 0,
            IsGone = row.GetString(DocumentColumns.Blob) is { Length: 0 },
            Reference = row.GetString(DocumentColumns.Reference),
            CapturedAt = row.GetDateTimeOffset(DocumentColumns.CapturedAt),
            Note = row.GetString(DocumentColumns.Note),
            Signed = row.GetBoolean(DocumentColumns.Signed) ?? false,
            DepotRole = row.GetString(DocumentColumns.DepotRole),
            State = Enum.Parse<OutboundState>(row.GetString(DocumentColumns.State)),
            Generation = row.GetInt32(DocumentColumns.Generation) ?? 1,
            Claims = row.GetInt32(DocumentColumns.Claims) ?? 0,
            ClaimedAt = row.GetDateTimeOffset(DocumentColumns.ClaimedAt),
            ClaimedUntil = row.GetDateTimeOffset(DocumentColumns.ClaimedUntil),
            AmbiguousSince = row.GetDateTimeOffset(DocumentColumns.AmbiguousSince),
            KeyInDoubt = row.GetBoolean(DocumentColumns.KeyInDoubt) ?? false,
            WaitingSince = row.GetDateTimeOffset(DocumentColumns.WaitingSince),
            ShownWait = row.GetDateTimeOffset(DocumentColumns.ShownWait),
            UnknownSince = row.GetDateTimeOffset(DocumentColumns.UnknownSince),
            DueAt = row.GetDateTimeOffset(DocumentColumns.DueAt),
            WaitsForDepot = row.GetBoolean(DocumentColumns.WaitsForDepot) ?? false,
            Attempts = row.GetInt32(DocumentColumns.Attempts) ?? 0,
            Reason = row.GetString(DocumentColumns.Reason),
            NeedsAttention = row.GetBoolean(DocumentColumns.NeedsAttention) ?? false,
            HazchemDocumentId = row.GetString(DocumentColumns.HazchemDocumentId),
            HazchemReceivedAt = row.GetDateTimeOffset(DocumentColumns.HazchemReceivedAt),
            Sent = Sha256Hash.TryParse(row.GetString(DocumentColumns.SentSha256), out var sent)
                ? new SentFile(
                    row.GetInt64(DocumentColumns.SentBytes) ?? 0,
                    sent,
                    row.GetString(DocumentColumns.ContentType) ?? "",
                    row.GetInt32(DocumentColumns.Pages) ?? 0)
                : null,
            MaxBytes = row.GetInt64(DocumentColumns.MaxBytes),
            Repeats = row.GetInt32(DocumentColumns.Repeats) ?? 0,
            SentAt = row.GetDateTimeOffset(DocumentColumns.SentAt),
            EndedAt = row.GetDateTimeOffset(DocumentColumns.EndedAt),
            Actions = new PersonActions(row.GetString(DocumentColumns.Actions)),
            Shadow = row.GetBoolean(DocumentColumns.Shadow) ?? false,
            DroppedAt = row.GetDateTimeOffset(DocumentColumns.DroppedAt),
            FirstSeenAt = row.GetDateTimeOffset(DocumentColumns.FirstSeenAt) ?? row.Timestamp!.Value,
            UpdatedAt = row.GetDateTimeOffset(DocumentColumns.UpdatedAt) ?? row.Timestamp!.Value,
        };
    }
}
