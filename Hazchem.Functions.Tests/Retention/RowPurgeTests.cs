using System.Globalization;
using Azure.Core;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Portal;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Retention;

/// <summary>Rows that go when they were kept for long enough, with the clock put forward by a year.</summary>
public sealed class RowPurgeTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Purge_documentsOfAYearAgo_removesThemAndWhatPointsAtThemAndKeepsActivityForItsOwnTime()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/pod/sent.jpg", Jpeg(1));
        await app.DropAndSendAsync("045/HZ1/cop/signed.tif", Jpeg(2), ("signed", "true"));
        await app.DropAndSendAsync("no-address.jpg", Jpeg(3));
        app.Time.Advance(TimeSpan.FromDays(1));
        await app.CountDayAsync();
        await app.PurgeAsync();
        (await app.DocumentsAsync()).Should().HaveCount(3);

        await app.PurgeAsync(Year);

        (await app.DocumentsAsync()).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().HaveCount(2, "an entry goes when its document is gone");
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().HaveCount(3);

        await app.PurgeAsync();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        (await CountsAsync(app)).Should().BeEmpty();

        await app.PurgeAsync(TimeSpan.FromDays(40));
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_openDocumentOfGreatAge_isKeptUntilItHasAnEnd()
    {
        await using var app = await AppHarness.StartAsync();
        await app.DropAndSendAsync("045/UNKNOWN/pod/a.jpg", Jpeg(1));
        (await app.DocumentAsync()).GetString("State").Should().Be("Waiting");

        await app.PurgeAsync(TimeSpan.FromDays(1000));

        (await app.DocumentAsync()).GetString("State").Should().Be("Waiting");
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().ContainSingle();
        (await app.ListAsync("outbound")).Should().ContainSingle();
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().BeEmpty("what was told of it is old");

        await app.SweepAsync();
        (await app.DocumentAsync()).GetString("State").Should().Be("Failed");
        await app.PurgeAsync();
        (await app.DocumentAsync()).GetString("State").Should().Be("Failed", "it has its end since now");

        await app.PurgeAsync(Year);
        (await app.DocumentsAsync()).Should().BeEmpty("its end was told, and leads to it");
    }

    [Fact]
    public async Task Purge_documentOfANewerVersionOrAnUnknownState_isKept()
    {
        await using var app = await AppHarness.StartAsync();
        var at = app.Time.GetUtcNow();
        var unknown = History.DocumentOf("HZ1", 1, at);
        unknown[DocumentColumns.State] = "Quarantined";
        await AddAsync(app, [unknown, History.DocumentOf("HZ1", 2, at)], [History.ActivityOf("HZ1", 1, at), History.ActivityOf("HZ1", 2, at)]);

        await app.PurgeAsync(Year);

        (await app.DocumentAsync()).GetString("State").Should().Be("Quarantined");
    }

    [Fact]
    public async Task Purge_documentSettledAgainSince_isKeptUntilAYearAfterThat()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        app.Time.Advance(TimeSpan.FromDays(300));
        await app.DropAndSendAsync("045/HZ1/pod/b.jpg", Jpeg(1));

        await app.PurgeAsync(TimeSpan.FromDays(100));
        (await app.DocumentAsync()).GetInt32("Repeats").Should().Be(1);

        await app.PurgeAsync(TimeSpan.FromDays(266));
        (await app.DocumentsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_documentWrittenWhileItIsRemoved_isKept()
    {
        await using var app = await AppHarness.StartAsync();
        var at = app.Time.GetUtcNow();
        await AddAsync(
            app,
            [History.DocumentOf("HZ1", 1, at), History.DocumentOf("HZ1", 2, at)],
            [History.ActivityOf("HZ1", 1, at), History.ActivityOf("HZ1", 2, at)]);
        var kept = History.DocumentOf("HZ1", 1, at + Year);
        app.StorageCalls.Before = request =>
        {
            if (request.Method == RequestMethod.Post && request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                app.StorageCalls.Before = null;
                app.Storage.ConsignmentDocuments.UpsertEntity(kept, TableUpdateMode.Replace, Cancellation);
            }
        };

        await app.PurgeAsync(Year);

        (await app.DocumentAsync()).RowKey.Should().Be(kept.RowKey);
    }

    [Fact]
    public async Task Purge_nothingIsOldEnough_costsAQueryADepotAndFive()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        await app.DropAndSendAsync("no-address.jpg", Jpeg(2));
        app.StorageCalls.Operations.Clear();

        await app.PurgeAsync();

        // The depot 045, and the files without an address.
        app.StorageCalls.Operations.Should().HaveCount(2 + 5);
    }

    [Fact]
    public async Task Purge_fiveHundredDocumentsAreDue_costsTwoOperationsAConsignmentAndNothingForWhatIsKept()
    {
        await using var app = await AppHarness.StartAsync();
        var old = app.Time.GetUtcNow();
        await SeedAsync(app, "OLD", 500, old);
        await SeedAsync(app, "NEW", 500, old + Year);
        app.StorageCalls.Operations.Clear();

        await app.PurgeAsync(Year);

        (await app.DocumentsAsync()).Should().HaveCount(500).And.OnlyContain(row => row.PartitionKey.StartsWith("NEW"));
        // A query and a batch for each consignment of five documents; then pages, places and the fixed part.
        app.StorageCalls.Operations.Count.Should().BeInRange(2 * 100, (2 * 100) + 20);

        app.StorageCalls.Operations.Clear();
        await app.PurgeAsync(TimeSpan.FromDays(40));
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().HaveCount(500);
        // 500 rows of at most two hours, a hundred a batch.
        app.StorageCalls.Operations.Count.Should().BeLessThanOrEqualTo(7 + 20);
    }

    [Fact]
    public async Task Purge_killedAtEachOperation_isDoneByTheNextRun()
    {
        for (var killed = 0; ; killed++)
        {
            await using var app = await AppHarness.StartAsync();
            var at = app.Time.GetUtcNow();
            await SeedAsync(app, "HZ", 7, at);
            await AddPointersAsync(app, "HZ0000", 1, at);
            app.Time.Advance(Year + TimeSpan.FromDays(40));
            var left = killed;
            var wasKilled = false;
            app.StorageCalls.Before = _ =>
            {
                if (left-- == 0)
                {
                    wasKilled = true;
                    throw new InvalidOperationException("Killed.");
                }
            };
            if (await Record.ExceptionAsync(() => app.PurgeAsync()) is { } died)
            {
                wasKilled.Should().BeTrue(died.ToString());
            }

            await app.RestartAsync();
            await app.PurgeAsync();
            await app.PurgeAsync();
            (await app.DocumentsAsync()).Should().BeEmpty($"it was killed at operation {killed}");
            (await app.RowsAsync(StorageNames.ActivityTable)).Should().BeEmpty($"it was killed at operation {killed}");
            (await app.RowsAsync(StorageNames.ToPrintTable)).Should().BeEmpty();
            (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
            if (!wasKilled)
            {
                killed.Should().BeGreaterThan(10, "a run has that many operations");
                return;
            }
        }
    }

    [Fact]
    public async Task Purge_toldToStop_endsInGoodOrderAndTheNextRunGoesOn()
    {
        await using var app = await AppHarness.StartAsync();
        await SeedAsync(app, "HZ", 300, app.Time.GetUtcNow());
        using var stop = new CancellationTokenSource();
        app.StorageCalls.Before = request =>
        {
            if (request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        };

        await app.PurgeAsync(Year, stop.Token);

        app.Logs.Lines.Should().Contain(line => line.StartsWith("6001 "));
        (await app.DocumentsAsync()).Should().HaveCountGreaterThan(200);
        app.StorageCalls.Before = null;
        await app.PurgeAsync();
        (await app.DocumentsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_entriesThatAreNoDocument_keepsWhatStillHolds()
    {
        await using var app = await AppHarness.StartAsync();
        var at = app.Time.GetUtcNow();
        await AddPointersAsync(app, "GONE", 1, at);
        await PutAttentionAsync(app, "045", DocumentKey.Depot, "045_closed", at);
        await PutAttentionAsync(app, "none", DocumentKey.Depot, $"045_count_{at:yyyyMMdd}", at);
        await PutAttentionAsync(app, "045", DocumentKey.Depot, "045_unreadable_0123456789abcdef", at);
        await PutAttentionAsync(app, "045", DocumentKey.Unaddressed, "outbound_0123456789abcdef_unhandled", at);
        await app.Storage.ToPrint.AddEntityAsync(new TableEntity("045", "~position") { ["ReadTo"] = at }, Cancellation);

        await app.PurgeAsync(Year);

        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Select(row => row.GetString("DocumentRow"))
            .Should().BeEquivalentTo("045_closed", "outbound_0123456789abcdef_unhandled");
        (await app.RowsAsync(StorageNames.ToPrintTable)).Should().ContainSingle().Which.RowKey.Should().Be("~position");
    }

    [Fact]
    public async Task Purge_fetchedDocumentStillListed_isNotFetchedAgain()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = Jpeg(1),
            DocumentId = "D-1",
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
        await app.FetchAsync();
        (await app.DocumentsAsync()).Should().ContainSingle();

        await app.PurgeAsync(Year);
        (await app.DocumentsAsync()).Should().BeEmpty();
        app.Network.Requests.Reset();
        await app.FetchAsync();

        app.Network.Requests.Count(route: ApiRoute.List).Should().BeGreaterThan(0);
        app.Network.Requests.Count(route: ApiRoute.Content).Should().Be(0);
        (await app.DocumentsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_rowsKeptForLessThanAFirstRunLooksBack_keepsThemForThat()
    {
        await using var app = await AppHarness.StartAsync(("Retention__Documents", "30.00:00:00"), ("Inbound__InitialLookback", "60.00:00:00"));
        await SeedAsync(app, "HZ", 5, app.Time.GetUtcNow());

        await app.PurgeAsync(TimeSpan.FromDays(59));
        (await app.DocumentsAsync()).Should().HaveCount(5);

        await app.PurgeAsync(TimeSpan.FromDays(2));
        (await app.DocumentsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_activityKeptForLessThanRows_isKeptAsLongAsTheyAre()
    {
        await using var app = await AppHarness.StartAsync(("Retention__Activity", "30.00:00:00"));
        await SeedAsync(app, "HZ", 5, app.Time.GetUtcNow());

        await app.PurgeAsync(TimeSpan.FromDays(300));
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().HaveCount(5);

        await app.PurgeAsync(TimeSpan.FromDays(66));
        (await app.DocumentsAsync()).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.ActivityTable)).Should().BeEmpty();
    }

    private static async Task<IReadOnlyList<TableEntity>> CountsAsync(AppHarness app) =>
        [.. (await app.RowsAsync(StorageNames.DepotStateTable)).Where(row => row.PartitionKey == "~count")];

    /// <summary>Sent documents, five a consignment, with what was told of them.</summary>
    private static Task SeedAsync(AppHarness app, string prefix, int documents, DateTimeOffset at)
    {
        var numbers = Enumerable.Range(0, documents).Select(i => (Consignment: string.Create(CultureInfo.InvariantCulture, $"{prefix}{i / 5:0000}"), Number: i)).ToList();
        return AddAsync(
            app,
            numbers.Select(item => History.DocumentOf(item.Consignment, item.Number, at)),
            numbers.Select(item => History.ActivityOf(item.Consignment, item.Number, at.AddSeconds(item.Number))));
    }

    private static async Task AddAsync(AppHarness app, IEnumerable<TableEntity> documents, IEnumerable<TableEntity> activity)
    {
        foreach (var (table, rows) in new[] { (app.Storage.ConsignmentDocuments, documents), (app.Storage.Activity, activity) })
        {
            foreach (var batch in rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(100)))
            {
                await table.SubmitTransactionAsync(
                    batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), Cancellation);
            }
        }
    }

    /// <summary>Entries of a document, in both tables that point at documents.</summary>
    private static async Task AddPointersAsync(AppHarness app, string consignment, int number, DateTimeOffset at)
    {
        var row = History.DocumentOf(consignment, number, at).RowKey;
        await PutAttentionAsync(app, "045", consignment, row, at);
        await app.Storage.ToPrint.AddEntityAsync(
            new TableEntity("045", string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyyMMddHHmmssfffffff}_{consignment}_{row}"))
            {
                ["DocumentPartition"] = consignment,
                ["DocumentRow"] = row,
                ["ArrivedAt"] = at,
            },
            Cancellation);
    }

    private static async Task PutAttentionAsync(AppHarness app, string depot, string partition, string row, DateTimeOffset since) =>
        await app.Storage.NeedsAttention.AddEntityAsync(
            new TableEntity(depot, $"{partition}_{row}")
            {
                ["DocumentPartition"] = partition,
                ["DocumentRow"] = row,
                ["Reason"] = "For a person.",
                ["Since"] = since,
            },
            Cancellation);

    /// <summary>Small, and fit to be sent as it is.</summary>
    private static byte[] Jpeg(int seed) => SamplePictures.PlainJpeg(seed, 320, 240);
}
