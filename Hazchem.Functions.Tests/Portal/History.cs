using System.Globalization;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Portal;

/// <summary>Rows as they stand when a document was sent, for tests that need many.</summary>
internal static class History
{
    public static TableEntity DocumentOf(string consignment, int number, DateTimeOffset at)
    {
        var hash = Sha256Hash.Of(string.Create(CultureInfo.InvariantCulture, $"{consignment} {number}"));
        return new TableEntity(consignment, $"outbound_pod_045_{hash}")
        {
            [DocumentColumns.State] = "Sent",
            [DocumentColumns.Direction] = "Outbound",
            [DocumentColumns.Depot] = "045",
            [DocumentColumns.DocumentType] = "pod",
            [DocumentColumns.FileName] = $"{number}.jpg",
            [DocumentColumns.OriginalSha256] = hash.Value,
            [DocumentColumns.OriginalBytes] = 1000L,
            [DocumentColumns.Blob] = $"sent/045/{consignment}/pod/{hash.Short}-{number}.jpg",
            [DocumentColumns.FirstSeenAt] = at,
            [DocumentColumns.UpdatedAt] = at,
        };
    }

    public static TableEntity ActivityOf(string consignment, int number, DateTimeOffset at)
    {
        var hash = Sha256Hash.Of(string.Create(CultureInfo.InvariantCulture, $"{consignment} {number}"));
        return new TableEntity(Outcomes.ActivityPartition("045", at), string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyyMMddHHmmssfffffff}_{hash.Value[..32]}"))
        {
            ["Id"] = hash.Value[..32],
            ["Outcome"] = "Sent",
            ["OccurredAt"] = at,
            ["DocumentPartition"] = consignment,
            ["DocumentRow"] = $"outbound_pod_045_{hash}",
            [DocumentColumns.State] = "Sent",
            [DocumentColumns.Direction] = "Outbound",
            [DocumentColumns.Depot] = "045",
            [DocumentColumns.Consignment] = consignment,
            [DocumentColumns.DocumentType] = "pod",
            [DocumentColumns.FirstSeenAt] = at.AddSeconds(-2),
        };
    }

    /// <summary>One that a person must look at.</summary>
    public static TableEntity RefusedOf(string consignment, int number, DateTimeOffset at)
    {
        var row = DocumentOf(consignment, number, at);
        row[DocumentColumns.State] = "Rejected";
        row[DocumentColumns.NeedsAttention] = true;
        row[DocumentColumns.Reason] = "It cannot be read.";
        return row;
    }

    /// <summary>Its entry.</summary>
    public static TableEntity AttentionOf(string consignment, int number, DateTimeOffset at)
    {
        var row = DocumentOf(consignment, number, at).RowKey;
        return new TableEntity("045", $"{consignment}_{row}")
        {
            ["DocumentPartition"] = consignment,
            ["DocumentRow"] = row,
            [DocumentColumns.Reason] = "It cannot be read.",
            ["Since"] = at,
        };
    }

    /// <summary>Paperwork that nobody has printed.</summary>
    public static TableEntity ToPrintOf(string consignment, int number, DateTimeOffset at)
    {
        var document = new DocumentKey(consignment, string.Create(CultureInfo.InvariantCulture, $"inbound_cop_045_D-{number}"));
        return new TableEntity("045", PrintQueue.RowOf(document, at))
        {
            ["DocumentPartition"] = document.Partition,
            ["DocumentRow"] = document.Row,
            ["ArrivedAt"] = at,
        };
    }
}
