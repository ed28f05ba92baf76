using System.Text.Json;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Portal;

public sealed class PrintEndpointsTests
{
    private const string Key = "HZ1/inbound_cop_045_D-1";

    private static readonly byte[] Scan = SamplePictures.Scan(1, pages: 1);

    /// <summary>Paperwork for the delivery depot 045.</summary>
    internal static PublishedDocument Paper(string id, string consignment, byte[] tiff) => new()
    {
        ConsignmentNumber = consignment,
        DocumentType = "CUSTOMER_PAPERWORK",
        Content = tiff,
        DocumentId = id,
        VisibleTo = ["045"],
        DepotRoles = ["DELIVERY"],
    };

    [Fact]
    public async Task Paper_thatCame_isToPrintUntilSomebodyPrintedIt()
    {
        await using var portal = await PortalHarness.StartAsync();
        (await ItemsAsync(portal)).Should().BeEmpty();
        portal.App.Network.Publish(Paper("D-1", "HZ1", Scan));
        portal.App.Network.Publish(Paper("D-2", "HZ2", Scan));
        await portal.App.FetchAsync();

        (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()).Should().BeEquivalentTo(Key, "HZ2/inbound_cop_045_D-2");

        for (var time = 0; time < 2; time++)
        {
            var result = (await portal.PostAsync("/print-queue/printed", new { ids = new[] { Key } })).GetProperty("results")[0];
            result.GetProperty("done").GetBoolean().Should().BeTrue();
        }

        (await ItemsAsync(portal)).Select(item => item.GetProperty("id").GetString()).Should().Equal("HZ2/inbound_cop_045_D-2");
        var document = await portal.DocumentAsync("HZ1");
        document.GetProperty("printedBy").GetString().Should().Be("local");
        document.GetProperty("actions").EnumerateArray().Should().ContainSingle("the first time counts")
            .Which.GetProperty("action").GetString().Should().Be("Printed");
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Where(row => row.GetString("Outcome") == "Printed")
            .Should().ContainSingle().Which.GetString("By").Should().Be("local");
    }

    [Fact]
    public async Task Paper_thatIsOverdue_isMarked()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Network.Publish(Paper("D-1", "HZ1", Scan));
        await portal.App.FetchAsync();
        (await ItemsAsync(portal)).Should().ContainSingle();

        portal.App.Time.Advance(TimeSpan.FromDays(1));
        (await ItemsAsync(portal)).Single().GetProperty("late").GetString().Should().Be("overdue");
    }

    [Fact]
    public async Task Paper_thatNobodyPrintedForAWeek_isNotReadAndGoesWithTheNextThatIsMarked()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Network.Publish(Paper("D-1", "HZ1", Scan));
        await portal.App.FetchAsync();
        (await ItemsAsync(portal)).Should().ContainSingle();

        portal.App.Time.Advance(TimeSpan.FromDays(8));
        portal.App.Network.Publish(Paper("D-2", "HZ2", Scan));
        await portal.App.FetchAsync();
        var item = (await ItemsAsync(portal)).Should().ContainSingle().Which.GetProperty("id").GetString();
        item.Should().Be("HZ2/inbound_cop_045_D-2");
        (await EntriesAsync()).Should().HaveCount(2);

        await portal.PostAsync("/print-queue/printed", new { ids = new[] { item } });
        (await EntriesAsync()).Should().BeEmpty();

        async Task<IReadOnlyList<TableEntity>> EntriesAsync() =>
            [.. (await portal.App.RowsAsync(StorageNames.ToPrintTable)).Where(row => !row.RowKey.StartsWith('~'))];
    }

    [Fact]
    public async Task Printed_ofWhatIsNotToPrint_isNotDone()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        var sent = (await portal.DocumentAsync("HZ1")).GetProperty("id").GetString()!;

        var results = (await portal.PostAsync("/print-queue/printed", new { ids = new[] { sent, "HZ9/nothing", "no id" } })).GetProperty("results");

        results.EnumerateArray().Select(result => result.GetProperty("code").GetString()).Should().Equal("not-offered", "not-found", "not-found");
    }

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(PortalHarness portal) =>
        [.. (await portal.GetAsync("/print-queue?depot=045")).GetProperty("items").EnumerateArray()];
}
