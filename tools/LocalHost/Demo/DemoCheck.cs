using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Hazchem.Samples;
using Hazchem.Simulator;
using NetVips;

namespace Hazchem.LocalHost.Demo;

/// <summary>Looks for each document where it has to be by now: at Hazchem, in the containers, in the table.</summary>
internal sealed class DemoCheck(LocalInstallation installation, string connectionString)
{
    private const string Unaddressed = "~unaddressed";

    private readonly TableClient documents = new(connectionString, "ConsignmentDocuments");
    private readonly BlobServiceClient blobs = new(connectionString);

    public async Task<DemoLine> CheckAsync(DemoDrop drop, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var row = await FindAsync(drop, cancellationToken);
        var outcome = row?.GetString("State") ?? "no row in ConsignmentDocuments";
        var received = installation.Simulator!.Network.Received.FirstOrDefault(document => document.DocumentId == row?.GetString("HazchemDocumentId"));

        Expect(outcome == (drop.IsToBeSent ? "Sent" : "Rejected"), $"its state is {outcome}");
        if (drop.IsToBeSent)
        {
            CheckReceived(drop, received, row, Expect);
        }
        else
        {
            Expect(received is null, "Hazchem has it");
            Expect(!string.IsNullOrWhiteSpace(row?.GetString("Reason")), "no reason is given");
        }

        await CheckBlobAsync(row?.GetString("Blob"), drop.IsToBeSent ? "sent" : "not-sent", drop.Content, Expect, cancellationToken);
        Expect(!await blobs.GetBlobContainerClient("outbound").GetBlobClient(drop.Name).ExistsAsync(cancellationToken), "it still lies in outbound");
        return new DemoLine(
            "outbound",
            drop.Name,
            outcome,
            drop.Content.Length,
            received?.Length,
            Link(row),
            row?.GetString("Reason"),
            problems.Count == 0 ? null : string.Join("; ", problems));

        void Expect(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    public async Task<DemoLine> CheckAsync(DemoPublication publication, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        TableEntity? row = null;
        await foreach (var candidate in QueryAsync(publication.Consignment, cancellationToken))
        {
            if (candidate.GetString("HazchemDocumentId") == publication.DocumentId
                && candidate.RowKey.StartsWith($"inbound_{publication.TypeSegment}_{LocalInstallation.OwnDepot}_", StringComparison.Ordinal))
            {
                Expect(row is null, "it is linked twice");
                row = candidate;
            }
        }

        var outcome = row?.GetString("State") ?? "no row in ConsignmentDocuments";
        Expect(outcome == "Received", $"its state is {outcome}");
        await CheckBlobAsync(row?.GetString("Blob"), "inbound", publication.Content, Expect, cancellationToken);
        return new DemoLine(
            "inbound",
            $"{publication.Consignment}/{publication.TypeSegment}/{publication.DocumentId}",
            outcome,
            publication.Content.Length,
            publication.Content.Length,
            Link(row),
            row?.GetString("Reason"),
            problems.Count == 0 ? null : string.Join("; ", problems));

        void Expect(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    private static void CheckReceived(DemoDrop drop, ReceivedDocument? received, TableEntity? row, Action<bool, string> expect)
    {
        if (received is null)
        {
            expect(false, "Hazchem does not have it");
            return;
        }

        var content = received.Content.ToArray();
        expect(received.Sha256 == Convert.ToHexStringLower(SHA256.HashData(content)), "Hazchem's bytes have another hash than it says");
        expect(content.Length <= drop.SentLimit, $"{content.Length:N0} bytes are over the limit of {drop.SentLimit:N0}");
        expect(content.Length == row?.GetInt64("SentBytes"), "the row tells another size than Hazchem received");
        if (drop.Pages is { } pages)
        {
            expect(received.ContentType == "image/tiff", $"it arrived as {received.ContentType}");
            using var scan = Image.NewFromBuffer(content);
            var arrived = scan.Contains("n-pages") ? (int)scan.Get("n-pages") : 1;
            expect(arrived == pages, $"{arrived} pages arrived instead of {pages}");
        }
        else
        {
            expect(received.ContentType == "image/jpeg", $"it arrived as {received.ContentType}");
            expect(SamplePictures.LooksUpright(content), "it is not upright");
            expect(content.AsSpan().IndexOf("Exif\0\0"u8) < 0, "it still has EXIF");
        }
    }

    private async Task CheckBlobAsync(
        string? address,
        string container,
        byte[] content,
        Action<bool, string> expect,
        CancellationToken cancellationToken)
    {
        if (address is null || !address.StartsWith($"{container}/", StringComparison.Ordinal))
        {
            expect(false, $"its row names no blob in {container}");
            return;
        }

        try
        {
            var blob = await blobs.GetBlobContainerClient(container).GetBlobClient(address[(container.Length + 1)..]).DownloadContentAsync(cancellationToken);
            expect(blob.Value.Content.ToMemory().Span.SequenceEqual(content), $"{address} has other bytes");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            expect(false, $"there is no {address}");
        }
    }

    private async Task<TableEntity?> FindAsync(DemoDrop drop, CancellationToken cancellationToken)
    {
        var original = Convert.ToHexStringLower(SHA256.HashData(drop.Content));
        var name = drop.Name.Split('/');
        var partition = name.Length == 4 ? name[1].ToUpperInvariant() : Unaddressed;
        await foreach (var row in QueryAsync(partition, cancellationToken))
        {
            if (row.RowKey.StartsWith("outbound_", StringComparison.Ordinal) && row.RowKey.EndsWith($"_{original}", StringComparison.Ordinal))
            {
                return row;
            }
        }

        return null;
    }

    private AsyncPageable<TableEntity> QueryAsync(string partition, CancellationToken cancellationToken) =>
        documents.QueryAsync<TableEntity>(row => row.PartitionKey == partition, cancellationToken: cancellationToken);

    private string? Link(TableEntity? row)
    {
        if (row?.GetString("Blob") is not { } address)
        {
            return null;
        }

        var slash = address.IndexOf('/', StringComparison.Ordinal);
        return blobs.GetBlobContainerClient(address[..slash]).GetBlobClient(address[(slash + 1)..]).Uri.AbsoluteUri;
    }
}
