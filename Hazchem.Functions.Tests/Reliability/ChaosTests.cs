using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// The promise, tried by breaking everything at once. <c>CHAOS_MINUTES</c> makes the storm last longer than its six rounds, and
/// then the seed is a random one unless <c>CHAOS_SEED</c> gives it. It is printed either way.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Rounds = 6;
    private const int Seed = 890849;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_dropped_or_published_arrives_exactly_once_whatever_fails()
    {
        var minutes = Variable("CHAOS_MINUTES");
        var seed = Variable("CHAOS_SEED") ?? (minutes is null ? Seed : Random.Shared.Next(1_000_000));
        output.WriteLine($"CHAOS_SEED={seed}");
        await using var run = await ChaosRun.StartAsync(seed, output.WriteLine);

        var begun = TimeProvider.System.GetTimestamp();
        await run.StormAsync(round => minutes is null
            ? round < Rounds
            : TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(minutes.Value));
        output.WriteLine($"{run.Drops.Count} files dropped, {run.Publications.Count} documents published, {run.Network.Received.Count} received so far, {run.Kills} kills, {run.Network.Requests.Counts.Where(count => count.Fault is not null).Sum(count => count.Count)} faults of Hazchem's, {run.StorageFaults} of storage");
        await run.SettleAsync();

        var failed = await AskAndDropAgainAsync(run);
        output.WriteLine($"{failed} documents were given up and put before a person");
        if (failed > 0)
        {
            await run.SettleAsync();
        }

        var because = $"the storm was CHAOS_SEED={seed}";
        var events = await TakeEventsAsync(run);
        (await RowsAsync(run, StorageNames.ActivityTable)).Select(row => row.GetString("Id")).Should()
            .Contain(events.Select(message => message.Id).Distinct(), $"what the TMS was told is counted, and {because}");
        await JudgeOutboundAsync(run, events, because);
        await JudgeInboundAsync(run, events, because);
    }

    /// <summary>What the person does before whom a failed document is put: ask Hazchem, and drop it again if it is not there.</summary>
    private static async Task<int> AskAndDropAgainAsync(ChaosRun run)
    {
        var received = run.Network.Received.Select(document => document.Consignment).ToHashSet();
        var failed = (await RowsAsync(run, StorageNames.ConsignmentDocumentsTable)).Where(row => StateOf(row) == "Failed").ToList();
        var missing = failed.Where(row => !received.Contains(row.PartitionKey)).Select(row => row.PartitionKey).ToHashSet();
        if (missing.Count > 0)
        {
            await run.DropAgainAsync([.. run.Drops.Where(drop => missing.Contains(drop.Consignment))]);
        }

        return failed.Count;
    }

    private static async Task JudgeOutboundAsync(ChaosRun run, IReadOnlyList<TmsEvent> events, string because)
    {
        var rows = (await RowsAsync(run, StorageNames.ConsignmentDocumentsTable))
            .Where(row => row.GetString(DocumentColumns.Direction) == "Outbound").ToLookup(row => row.PartitionKey);
        var received = run.Network.Received.ToLookup(document => document.Consignment);
        var shown = await ShownAsync(run);
        var told = events.ToLookup(message => (message.Row, message.Outcome));

        rows.Sum(row => row.Count()).Should().Be(run.Drops.Count, $"each document has one row, and {because}");
        var wrong = run.Drops
            .Where(drop => received[drop.Consignment].Count() != (drop.Sent is null ? 0 : 1))
            .Select(drop => $"""
                {drop.Name}{(drop.Twin is null ? "" : $" and {drop.Twin}")} came {received[drop.Consignment].Count()} times, under the keys
                {string.Join('\n', received[drop.Consignment].Select(document => $"  {document.IdempotencyKey} at {document.ReceivedAt:O}"))}
                {string.Join('\n', rows[drop.Consignment].Select(row => $"  {string.Join(", ", row.Select(column => $"{column.Key}={column.Value}"))}"))}
                """);
        wrong.Should().BeEmpty($"Hazchem has each once, and {because}\n{run.LastWords}");
        foreach (var drop in run.Drops)
        {
            var which = $"{drop.Name} is looked at and {because}";
            var row = rows[drop.Consignment].Should().ContainSingle(which).Which;
            row.GetString(DocumentColumns.OriginalSha256).Should().Be(drop.OriginalSha256, which);
            (await ReadAsync(run, row.GetString(DocumentColumns.Blob))).Should().Equal(drop.Original, which);

            var state = StateOf(row);
            if (drop.Sent is { } sent)
            {
                received[drop.Consignment].Should().ContainSingle(which).Which.Content.ToArray().Should().Equal(sent, which);
                state.Should().BeOneOf(["Sent", "Failed"], which);
            }
            else
            {
                received[drop.Consignment].Should().BeEmpty(which);
                state.Should().Be("Rejected", which);
            }

            if (state != "Sent")
            {
                row.GetString(DocumentColumns.Reason).Should().NotBeNullOrEmpty(which);
                shown.Should().Contain((row.PartitionKey, row.RowKey), which);
            }

            var ids = told[((row.PartitionKey, row.RowKey), state == "Sent" ? "Sent" : "NotSent")].Select(message => message.Id).Distinct().ToList();
            ids.Should().NotBeEmpty($"it was told, {which}");
            if (state == "Sent" && drop.Twin is null)
            {
                ids.Should().ContainSingle($"repeats share their id, {which}");
            }
        }
    }

    private static async Task JudgeInboundAsync(ChaosRun run, IReadOnlyList<TmsEvent> events, string because)
    {
        var rows = (await RowsAsync(run, StorageNames.ConsignmentDocumentsTable))
            .Where(row => row.GetString(DocumentColumns.Direction) == "Inbound").ToLookup(row => row.GetString(DocumentColumns.HazchemDocumentId));
        var shown = await ShownAsync(run);
        var told = events.ToLookup(message => message.Row);
        var blobs = new List<string>();
        await foreach (var blob in new BlobContainerClient(run.ConnectionString, StorageNames.InboundContainer).GetBlobsAsync(cancellationToken: Cancellation))
        {
            blobs.Add($"{StorageNames.InboundContainer}/{blob.Name}");
        }

        rows.Sum(row => row.Count()).Should().Be(run.Publications.Count, $"each document has one link, and {because}");
        blobs.Count.Should().Be(run.Publications.Count, $"each document has one blob, and {because}");
        foreach (var (id, publication) in run.Publications)
        {
            var which = $"{id} is looked at and {because}";
            var row = rows[id].Should().ContainSingle(which).Which;
            var address = row.GetString(DocumentColumns.Blob);
            blobs.Should().ContainSingle(blob => blob == address, which);
            if (StateOf(row) == "Flagged")
            {
                // Altered on its way again and again, so it is kept as it came and a person looks at it.
                shown.Should().Contain((row.PartitionKey, row.RowKey), which);
            }
            else
            {
                StateOf(row).Should().Be("Received", which);
                (await ReadAsync(run, address)).Should().Equal(publication.Content.ToArray(), which);
            }

            told[(row.PartitionKey, row.RowKey)].Select(message => message.Id).Distinct().Should().ContainSingle($"repeats share their id, {which}");
        }
    }

    private static string StateOf(TableEntity row) => row.GetString(DocumentColumns.State);

    private static async Task<List<TableEntity>> RowsAsync(ChaosRun run, string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in new TableClient(run.ConnectionString, table).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }

    private static async Task<HashSet<(string, string)>> ShownAsync(ChaosRun run) =>
        [.. (await RowsAsync(run, StorageNames.NeedsAttentionTable)).Select(row => (row.GetString("DocumentPartition"), row.GetString("DocumentRow")))];

    private static async Task<List<TmsEvent>> TakeEventsAsync(ChaosRun run)
    {
        var queue = new QueueClient(run.ConnectionString, StorageNames.DocumentEventsQueue);
        var events = new List<TmsEvent>();
        while ((await queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                var told = JsonDocument.Parse(message.MessageText).RootElement;
                events.Add(new TmsEvent(
                    (told.GetProperty("partitionKey").GetString()!, told.GetProperty("rowKey").GetString()!),
                    told.GetProperty("outcome").GetString()!,
                    told.GetProperty("id").GetString()!));
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }

        return events;
    }

    private static async Task<byte[]> ReadAsync(ChaosRun run, string blob)
    {
        var slash = blob.IndexOf('/', StringComparison.Ordinal);
        var client = new BlobContainerClient(run.ConnectionString, blob[..slash]).GetBlobClient(blob[(slash + 1)..]);
        return (await client.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
    }

    private static int? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;

    /// <param name="Row">The keys of the document's row.</param>
    private sealed record TmsEvent((string Partition, string Row) Row, string Outcome, string Id);
}
