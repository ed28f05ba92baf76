using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class HistoryTests
{
    private const int Documents = 100_000;
    private const int OldPapers = 2_000;
    private const int InTransaction = 100;

    private static readonly string[] Reads =
    [
        "/me", "/status", "/changes", "/attention", "/print-queue", "/consignments?prefix=HZ1", "/consignments/HZ1/documents",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reading_withAHundredThousandHandledDocuments_asksForNoMoreThanBefore()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        await portal.App.DropAndSendAsync("045/HZ1/cop/b.jpg", SamplePictures.Photo(2, 320, 240), ("signed", "true"));
        portal.App.Network.Publish(PrintEndpointsTests.Paper("D-1", "HZ1", SamplePictures.Scan(1, pages: 1)));
        await portal.App.FetchAsync();
        foreach (var path in Reads)
        {
            await portal.GetAsync(path);
        }

        var before = await CostsAsync(portal);
        await AddHistoryAsync(portal);
        var after = await CostsAsync(portal);

        after.Should().BeEquivalentTo(before, "history is not read");
        var documents = (await portal.GetAsync("/consignments/OLD0500/documents?limit=50")).GetProperty("documents");
        documents.GetArrayLength().Should().Be(50, "it is there");
    }

    [Fact]
    public async Task Reading_withThousandsThatNeedAPerson_asksForOnePageAndCountsWithinALimit()
    {
        await using var portal = await PortalHarness.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            var consignment = string.Create(CultureInfo.InvariantCulture, $"BAD{i:00}");
            await AddAsync(portal.App.Storage.ConsignmentDocuments, number => History.RefusedOf(consignment, number, portal.App.Time.GetUtcNow()), Cancellation);
            await AddAsync(portal.App.Storage.NeedsAttention, number => History.AttentionOf(consignment, number, portal.App.Time.GetUtcNow()), Cancellation);
        }

        var costs = await CostsAsync(portal);

        costs["/attention"].Should().Be((1 + 100, 100 + 100), "a page is a query and a look at the row of each entry");
        costs["/status"].Rows.Should().BeLessThanOrEqualTo(6_100, "it stops counting at 5,000");
        costs["/status"].Operations.Should().BeLessThan(80, "two depots' hours are read for the first time, and six pages of entries");
    }

    /// <summary>Operations and rows for each.</summary>
    private static async Task<Dictionary<string, (int Operations, int Rows)>> CostsAsync(PortalHarness portal)
    {
        // What is remembered for seconds is asked for anew.
        portal.App.Time.Advance(TimeSpan.FromSeconds(10));
        var costs = new Dictionary<string, (int, int)>();
        foreach (var path in Reads)
        {
            var rows = 0;
            portal.App.StorageCalls.Operations.Clear();
            portal.App.StorageCalls.After = (request, response) => Interlocked.Add(ref rows, RowsIn(request, response));
            await portal.GetAsync(path);
            portal.App.StorageCalls.After = null;
            costs[path] = (portal.App.StorageCalls.Operations.Count, rows);
        }

        return costs;
    }

    private static int RowsIn(Request request, Response response)
    {
        if (request.Method != RequestMethod.Get || response.ContentStream is not { CanSeek: true } stream || response.Headers.ContentType?.Contains("json", StringComparison.Ordinal) != true)
        {
            return 0;
        }

        using var json = JsonDocument.Parse(response.Content);
        stream.Position = 0;
        return json.RootElement.TryGetProperty("value", out var rows) ? rows.GetArrayLength() : 1;
    }

    /// <summary>Handled in the weeks before the last one.</summary>
    private static async Task AddHistoryAsync(PortalHarness portal)
    {
        var begin = portal.App.Time.GetUtcNow().AddDays(-60);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Documents / InTransaction),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation },
            async (i, token) =>
            {
                var consignment = string.Create(CultureInfo.InvariantCulture, $"OLD{i:0000}");
                var hour = begin.AddHours(i);
                await AddAsync(portal.App.Storage.ConsignmentDocuments, number => History.DocumentOf(consignment, number, hour), token);
                var start = new DateTimeOffset(hour.Year, hour.Month, hour.Day, hour.Hour, 0, 0, TimeSpan.Zero);
                await AddAsync(portal.App.Storage.Activity, number => History.ActivityOf(consignment, number, start.AddSeconds(number)), token);
                if (i < OldPapers / InTransaction)
                {
                    await AddAsync(portal.App.Storage.ToPrint, number => History.ToPrintOf(consignment, number, hour), token);
                }
            });
    }

    private static async Task AddAsync(TableClient table, Func<int, TableEntity> row, CancellationToken cancellationToken) =>
        await table.SubmitTransactionAsync(
            Enumerable.Range(0, InTransaction).Select(number => new TableTransactionAction(TableTransactionActionType.Add, row(number))), cancellationToken);
}
