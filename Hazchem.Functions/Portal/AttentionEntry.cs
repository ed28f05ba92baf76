using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>An entry of <c>NeedsAttention</c>.</summary>
internal sealed class AttentionEntry(TableEntity row)
{
    public string Depot => row.PartitionKey;

    public DocumentKey Document { get; } = new(row.GetString("DocumentPartition"), row.GetString("DocumentRow"));

    public string Reason => row.GetString(DocumentColumns.Reason) ?? "";

    public DateTimeOffset Since => row.GetDateTimeOffset("Since") ?? row.Timestamp ?? DateTimeOffset.MinValue;

    /// <summary>To take off this entry and none that is put later.</summary>
    public ETag Version => row.ETag;

    /// <summary>For the API: the depot and the document.</summary>
    public string Id => $"{Depot}/{Document}";

    public AttentionKind Kind => KindOf(Document);

    public static AttentionKind KindOf(DocumentKey document) =>
        document.Partition == DocumentKey.Depot ? AttentionKind.Depot
        : document.IsFile ? AttentionKind.File
        : AttentionKind.Document;
}
