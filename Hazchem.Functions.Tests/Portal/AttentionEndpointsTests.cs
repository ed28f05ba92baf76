using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Inbound;
using Hazchem.Samples;
using Hazchem.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.Portal;

public sealed class AttentionEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_hasWhatARowBearsOutAndWhatHasNone()
    {
        await using var portal = await WithTroubleAsync();
        portal.App.Announce("HZ-SENT");
        await portal.App.DropAndSendAsync("045/HZ-SENT/pod/a.jpg", SamplePictures.Photo(2, 320, 240));
        var sent = (await portal.App.DocumentsAsync()).Single(row => row.PartitionKey == "HZ-SENT");
        await PutAsync(portal, "045", sent.PartitionKey, sent.RowKey, "It speaks of a state that never came.");

        var items = await ItemsAsync(portal);

        items.Select(item => item.GetProperty("kind").GetString()).Should().BeEquivalentTo("document", "document", "document", "depot", "file");
        items.Should().OnlyContain(item => item.GetProperty("advice").GetString()!.Length > 0 && item.GetProperty("reason").GetString()!.Length > 0);
        items.Should().NotContain(item => item.GetProperty("id").GetString()!.Contains("HZ-SENT"));
        (await portal.GetAsync("/attention?depot=none")).GetProperty("items").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task List_entryWhoseRowIsGone_isTakenOffOnceItIsOld()
    {
        await using var portal = await PortalHarness.StartAsync();
        var attention = portal.Services.GetRequiredService<AttentionList>();
        DepotCode.TryParse("045", out var depot, out _).Should().BeTrue();
        var now = portal.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await attention.PutAsync(depot, new DocumentKey("HZ-OLD", "x"), "Over.", now.AddHours(-1), Cancellation);
        await attention.PutAsync(depot, new DocumentKey("HZ-NEW", "x"), "Its row is about to come.", now, Cancellation);

        (await ItemsAsync(portal)).Should().BeEmpty();

        (await portal.App.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.GetString("DocumentPartition").Should().Be("HZ-NEW");
    }

    [Fact]
    public async Task List_entryOfWhatIsOnItsWay_staysHoweverOldItIs()
    {
        await using var portal = await PortalHarness.StartAsync();
        var row = History.DocumentOf("HZ1", 1, portal.App.Time.GetUtcNow());
        row[DocumentColumns.State] = "Sending";
        row[DocumentColumns.NeedsAttention] = true;
        await portal.App.Storage.ConsignmentDocuments.AddEntityAsync(row, Cancellation);
        DepotCode.TryParse("045", out var depot, out _).Should().BeTrue();
        await portal.Services.GetRequiredService<AttentionList>().PutAsync(
            depot, new DocumentKey(row.PartitionKey, row.RowKey), "It has waited for an hour.", portal.App.Time.GetUtcNow().AddHours(-1), Cancellation);

        (await ItemsAsync(portal)).Should().BeEmpty();

        (await portal.App.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle("it is about to wait again");
    }

    [Fact]
    public async Task Dismiss_whatHasMovedOnMeanwhile_isNotDone()
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync("045/HZ1/cop/a.jpg", SamplePictures.Photo(1, 320, 240), ("signed", "true"));
        var id = (await ItemsAsync(portal)).Single().GetProperty("id").GetString()!;
        var row = await portal.App.DocumentAsync();
        row[DocumentColumns.State] = "Sending";
        var reads = 0;
        portal.App.StorageCalls.Before = request =>
        {
            if (request.Method == RequestMethod.Get && request.Uri.ToString().Contains($"{StorageNames.ConsignmentDocumentsTable}(", StringComparison.Ordinal) && ++reads == 2)
            {
                portal.App.Storage.ConsignmentDocuments.UpdateEntity(row, ETag.All, TableUpdateMode.Replace, Cancellation);
            }
        };

        var result = (await portal.PostAsync("/attention/dismiss", new { ids = new[] { id }, note = "Known." })).GetProperty("results")[0];

        result.GetProperty("done").GetBoolean().Should().BeFalse();
        result.GetProperty("code").GetString().Should().Be("busy");
    }

    [Fact]
    public async Task Dismiss_several_ofWhichOneFails_doesTheOthers()
    {
        await using var portal = await PortalHarness.StartAsync();
        foreach (var number in new[] { 1, 2, 3 })
        {
            await portal.App.DropAndSendAsync($"045/HZ{number}/cop/a.jpg", SamplePictures.Photo(number, 320, 240), ("signed", "true"));
        }

        var ids = (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()!).Order().ToArray();
        portal.App.StorageCalls.Before = request =>
        {
            if (Uri.UnescapeDataString(request.Uri.ToString()).Contains("'HZ2'", StringComparison.Ordinal))
            {
                throw new RequestFailedException(500, "Storage is in trouble.");
            }
        };

        var results = (await portal.PostAsync("/attention/dismiss", new { ids, note = "Known." })).GetProperty("results").EnumerateArray();

        results.Select(result => result.TryGetProperty("code", out var code) ? code.GetString() : "done").Should().Equal("done", "try-later", "done");
    }

    [Fact]
    public async Task Dismiss_several_withANote_takesThemOffAndSaysWho()
    {
        await using var portal = await WithTroubleAsync();
        var ids = (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()!).ToArray();

        var results = (await portal.PostAsync("/attention/dismiss", new { ids, note = "Seen <b>it</b>.\nDone." })).GetProperty("results");

        results.EnumerateArray().Should().OnlyContain(result => result.GetProperty("done").GetBoolean());
        (await ItemsAsync(portal)).Should().BeEmpty();
        (await portal.App.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        foreach (var consignment in new[] { "HZ-OUT", "HZ-IN" })
        {
            var document = await portal.DocumentAsync(consignment);
            document.GetProperty("needsAttention").GetBoolean().Should().BeFalse();
            var action = document.GetProperty("actions").EnumerateArray().Should().ContainSingle().Which;
            action.GetProperty("action").GetString().Should().Be("Dismissed");
            action.GetProperty("by").GetString().Should().Be("local");
            action.GetProperty("note").GetString().Should().Be("Seen <b>it</b>. Done.");
        }

        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Where(row => row.GetString("Outcome") == "Dismissed")
            .Should().HaveCount(ids.Length).And.OnlyContain(row => row.GetString("By") == "local" && row.GetString("Note") != null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public async Task Dismiss_withoutANote_isRefused(string? note)
    {
        await using var portal = await WithTroubleAsync();
        var ids = (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()!).ToArray();
        await portal.PostAsync("/attention/dismiss", new { ids, note }, status: 400);
        (await ItemsAsync(portal)).Should().HaveCount(ids.Length);
    }

    [Fact]
    public async Task Dismiss_thenRefusedAgain_isShownAgain()
    {
        await using var portal = await WithTroubleAsync();
        var ids = (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()!).ToArray();
        await portal.PostAsync("/attention/dismiss", new { ids, note = "Seen." });

        await portal.App.DropAndSendAsync("045/HZ-OUT/cop/scan.jpg", SamplePictures.Photo(1, 320, 240), ("signed", "true"));

        (await ItemsAsync(portal)).Should().ContainSingle().Which.GetProperty("document").GetProperty("consignment").GetString().Should().Be("HZ-OUT");
    }

    [Theory]
    [InlineData("045")]
    [InlineData("045/HZ1/../x")]
    [InlineData("45/HZ1/x")]
    [InlineData("045/HZ1/x#y")]
    [InlineData("045/HZ1/nothing")]
    public async Task Dismiss_ofWhatIsNotThere_isNotFound(string id)
    {
        await using var portal = await PortalHarness.StartAsync();
        var result = (await portal.PostAsync("/attention/dismiss", new { ids = new[] { id }, note = "x" })).GetProperty("results")[0];
        result.GetProperty("code").GetString().Should().Be("not-found");
    }

    /// <summary>One of each: refused, refused without an address, flagged, a file that could not be read, a depot.</summary>
    private static async Task<PortalHarness> WithTroubleAsync()
    {
        var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync("045/HZ-OUT/cop/scan.jpg", SamplePictures.Photo(1, 320, 240), ("signed", "true"));
        await portal.App.DropAndSendAsync("nowhere.jpg", SamplePictures.Photo(1, 320, 240));
        portal.App.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ-IN",
            DocumentType = "DELIVERY_IMAGE",
            Content = InboundHarness.Png,
            DocumentId = "D-1",
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
        await portal.App.FetchAsync();
        (await portal.DocumentAsync("HZ-IN")).GetProperty("state").GetString().Should().Be("Flagged");
        await PutAsync(portal, "045", DocumentKey.Depot, "sync", "The key is wrong.");
        var unhandled = DocumentKey.Unhandled("045/HZ1/pod/../x");
        await PutAsync(portal, "none", unhandled.Partition, unhandled.Row, "The file cannot be read.");
        return portal;
    }

    private static async Task PutAsync(PortalHarness portal, string depot, string partition, string row, string reason) =>
        await portal.App.Storage.NeedsAttention.UpsertEntityAsync(
            new TableEntity(depot, $"{partition}_{row}")
            {
                ["DocumentPartition"] = partition,
                ["DocumentRow"] = row,
                ["Reason"] = reason,
                ["Since"] = portal.App.Time.GetUtcNow(),
            },
            TableUpdateMode.Replace,
            Cancellation);

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(PortalHarness portal) =>
        [.. (await portal.GetAsync("/attention")).GetProperty("items").EnumerateArray()];
}
