using System.Net;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class StatusEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_saysHowADepotDoes()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        await portal.App.DropAndSendAsync("045/HZ1/cop/b.jpg", SamplePictures.Photo(2, 320, 240), ("signed", "true"));
        await portal.App.DropAsync("045/HZ1/pod/pending.jpg", SamplePictures.Photo(3, 320, 240));
        await portal.App.DropAsync("nowhere.jpg", SamplePictures.Photo(3, 320, 240));
        portal.App.Network.Publish(PrintEndpointsTests.Paper("D-1", "HZ1", SamplePictures.Scan(1, pages: 1)));
        await portal.App.FetchAsync();
        for (var i = 0; i < 20; i++)
        {
            // Half a day ago each took two seconds; and one was dropped again after it was sent, which is no sending.
            await portal.App.Storage.Activity.AddEntityAsync(History.ActivityOf("HZ0", i, portal.App.Time.GetUtcNow().AddHours(-12).AddMilliseconds(i)), Cancellation);
        }

        await portal.App.DropAndSendAsync("045/HZ1/pod/again.jpg", SamplePictures.Photo(1, 320, 240));

        var status = await portal.GetAsync("/status");

        status.GetProperty("shadow").GetBoolean().Should().BeFalse();
        status.TryGetProperty("atLeast", out _).Should().BeFalse();
        status.GetProperty("pending").GetProperty("count").GetInt32().Should().Be(2);
        var depot = status.GetProperty("depots").EnumerateArray().Single(depot => depot.GetProperty("depot").GetString() == "045");
        depot.GetProperty("sent").GetInt32().Should().Be(21);
        depot.GetProperty("received").GetInt32().Should().Be(1);
        depot.GetProperty("notSent").GetInt32().Should().Be(1);
        depot.GetProperty("failed").GetInt32().Should().Be(0);
        depot.GetProperty("attention").GetInt32().Should().Be(1);
        depot.GetProperty("pending").GetInt32().Should().Be(1);
        depot.GetProperty("medianSeconds").GetDouble().Should().Be(2);
        depot.GetProperty("hours").GetArrayLength().Should().Be(24);
        depot.GetProperty("hours").EnumerateArray().Sum(hour => hour.GetProperty("sent").GetInt32()).Should().Be(21);
        depot.GetProperty("sending").GetProperty("state").GetString().Should().Be("open");
        depot.GetProperty("sync").GetProperty("fetched").GetInt32().Should().Be(1);
        depot.GetProperty("sync").GetProperty("lagSeconds").GetDouble().Should().BeLessThan(600);
    }

    [Fact]
    public async Task Status_askedAgain_readsOnlyTheHourThatIsNotOver()
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.GetAsync("/status");
        portal.App.StorageCalls.Operations.Clear();
        await portal.GetAsync("/status");
        portal.App.StorageCalls.Operations.Should().BeEmpty("it is three seconds old at most");

        portal.App.Time.Advance(TimeSpan.FromSeconds(10));
        await portal.GetAsync("/status");

        // Two depots: the drop box, what waits, what needs a person; and for each the hour, or two after its change, sync and gate.
        portal.App.StorageCalls.Operations.Count.Should().BeLessThanOrEqualTo(3 + (2 * 4));
    }

    [Fact]
    public async Task Status_timeFromDropToSent_beginsWithTheFileAndNotWithWhoSawIt()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));

        // The app did not run.
        portal.App.Time.Advance(TimeSpan.FromHours(2));
        await portal.App.SendAsync("045/HZ1/pod/a.jpg");

        var depot = (await portal.GetAsync("/status")).GetProperty("depots")[0];
        depot.GetProperty("sent").GetInt32().Should().Be(1);
        depot.GetProperty("medianSeconds").GetDouble().Should().BeGreaterThanOrEqualTo(7190, "the clocks of storage and of the app are not the same");
    }

    [Fact]
    public async Task Status_ofWhatWasGivenUp_countsItApart()
    {
        await using var portal = await PortalHarness.StartAsync();
        var failed = History.ActivityOf("HZ1", 1, portal.App.Time.GetUtcNow());
        (failed["Outcome"], failed[DocumentColumns.State]) = ("NotSent", "Failed");
        await portal.App.Storage.Activity.AddEntityAsync(failed, Cancellation);

        var depot = (await portal.GetAsync("/status")).GetProperty("depots")[0];

        (depot.GetProperty("notSent").GetInt32(), depot.GetProperty("failed").GetInt32()).Should().Be((1, 1));
    }

    [Fact]
    public async Task Status_inShadowMode_saysSo()
    {
        await using var portal = await PortalHarness.StartAsync(("Outbound__Shadow", "true"));
        (await portal.GetAsync("/status")).GetProperty("shadow").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public async Task Status_ofMoreThanIsCounted_saysThatThereAreAtLeastSoMany()
    {
        await using var portal = await PortalHarness.StartAsync();
        for (var i = 0; i < 51; i++)
        {
            await portal.App.Storage.NeedsAttention.SubmitTransactionAsync(
                Enumerable.Range(0, 100).Select(number => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("045", $"{i:00}{number:00}"))), Cancellation);
        }

        portal.App.StorageCalls.Operations.Clear();
        var status = await portal.GetAsync("/status");

        status.GetProperty("atLeast").EnumerateArray().Select(count => count.GetString()).Should().Equal("attention");
        status.GetProperty("depots")[0].GetProperty("attention").GetInt32().Should().Be(5000);
        portal.App.StorageCalls.Operations.Count(operation => operation.Contains(StorageNames.NeedsAttentionTable, StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Status_thatTheCallerHas_isNotSentAgainUntilSomethingChanges()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Time.Advance(TimeSpan.FromSeconds((65 - portal.App.Time.GetUtcNow().Second) % 60));
        using var first = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/status");
        var tag = first.Headers.ETag!.ToString();

        portal.App.Time.Advance(TimeSpan.FromSeconds(20));
        using var same = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/status", null, ("If-None-Match", tag));
        same.StatusCode.Should().Be(HttpStatusCode.NotModified);

        await portal.App.DropAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        portal.App.Time.Advance(TimeSpan.FromSeconds(5));
        using var changed = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/status", null, ("If-None-Match", tag));
        (await PortalHarness.ReadAsync(changed, 200)).GetProperty("pending").GetProperty("count").GetInt32().Should().Be(1);
        changed.Headers.ETag!.ToString().Should().NotBe(tag);
    }

    [Fact]
    public async Task Status_ofADepotWhoseKeyOnlyTheSyncTried_isNotOpen()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Network.ChangeKey("045", "another-key");
        await portal.App.FetchAsync();

        var depot = (await portal.GetAsync("/status")).GetProperty("depots")[0];
        depot.GetProperty("sending").GetProperty("state").GetString().Should().Be("wrong-key");
        depot.GetProperty("sending").GetProperty("reason").GetString().Should().NotBeEmpty();

        portal.App.Network.ChangeKey("045", "key-of-045");
        portal.App.Time.Advance(TimeSpan.FromMinutes(10));
        await portal.App.FetchAsync();
        (await portal.GetAsync("/status")).GetProperty("depots")[0].GetProperty("sending").GetProperty("state").GetString().Should().Be("open");
    }

    [Fact]
    public async Task Status_ofADepotWithAWrongKey_saysSo()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        portal.App.Network.ChangeKey("045", "another-key");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));

        var depot = (await portal.GetAsync("/status")).GetProperty("depots")[0];

        depot.GetProperty("sending").GetProperty("state").GetString().Should().Be("wrong-key");
        depot.GetProperty("sending").GetProperty("reason").GetString().Should().NotBeEmpty();
        depot.GetProperty("waiting").GetInt32().Should().Be(1);
    }
}
