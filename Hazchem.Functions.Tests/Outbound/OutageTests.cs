using System.Globalization;
using System.Net;
using Azure.Core;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

/// <summary>Trouble that lasts: it is learned from a few documents and then known to all, also to other instances.</summary>
public sealed class OutageTests
{
    /// <summary>Three documents find out, with the retries of one call each; the rest is one probe at a time.</summary>
    private const int RequestsToFindOut = 3 * 2;

    [Theory]
    [InlineData(DownMode.ServiceUnavailable)]
    [InlineData(DownMode.Abort)]
    public async Task Outage_ofMostOfADayWith500Documents_asksSeldomAndSendsAllOnceAfterwards(DownMode down)
    {
        const int Documents = 500;
        await using var app = await AppHarness.StartAsync();
        app.Network.AcceptUnknownConsignments = true;
        app.Network.Faults = new FaultPlan { Down = down };

        var sweeps = 0;
        for (var i = 0; i < Documents; i++)
        {
            await app.DropAndSendAsync($"045/HZ{i}/pod/{i}.jpg", Jpeg(i));
            if (i % 6 == 5)
            {
                await app.SweepAsync(TimeSpan.FromMinutes(16));
                sweeps++;
            }
        }

        // 83 sweeps of 16 minutes: more than 22 hours. None of them comes sooner than the longest time between two probes.
        var asked = app.Network.Requests.Total;
        asked.Should().BeLessThanOrEqualTo(RequestsToFindOut + sweeps);
        app.Network.Received.Should().BeEmpty();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.GetString("Reason").Should().StartWith("Depot 045 cannot send");

        app.Network.Faults = FaultPlan.None;
        app.Network.Requests.Reset();
        await app.SweepAsync(TimeSpan.FromMinutes(16));
        while ((await app.ListAsync("outbound")).Count > 0)
        {
            await app.SweepAsync();
        }

        app.Network.Received.Select(document => document.Consignment).Should().BeEquivalentTo(Enumerable.Range(0, Documents).Select(i => $"HZ{i}"));
        app.Network.Requests.Total.Should().Be(Documents + 1);
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Outage_longerThanHazchemRemembers_onlyWhatMayHaveArrivedIsForAPerson()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.Abort };
        for (var i = 0; i < 6; i++)
        {
            await app.DropAndSendAsync($"045/HZ1/pod/{i}.jpg", Jpeg(i));
        }

        for (var i = 0; i < 100; i++)
        {
            await app.SweepAsync(TimeSpan.FromMinutes(16));
        }

        app.Network.Faults = FaultPlan.None;
        await app.SweepAsync(TimeSpan.FromMinutes(16));
        await app.SweepAsync();

        // The first three found out by sending, and their connection broke in the middle.
        var rows = await app.DocumentsAsync();
        rows.Count(row => row.GetString("State") == "Failed" && row.GetString("Reason").Contains("may have arrived", StringComparison.Ordinal)).Should().Be(3);
        rows.Count(row => row.GetString("State") == "Sent").Should().Be(3);
        app.Network.Received.Should().HaveCount(3);
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().HaveCount(3);
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Outage_learnedByOneInstance_isKnownToAnother()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        for (var i = 0; i < 3; i++)
        {
            await app.DropAndSendAsync($"045/HZ1/pod/{i}.jpg", Jpeg(i));
        }

        app.Network.Requests.Reset();
        await using var other = await app.StartBesideAsync();
        await other.DropAndSendAsync("045/HZ1/pod/other.jpg", Jpeg(9));

        app.Network.Requests.Total.Should().Be(0);
        (await app.DocumentsAsync()).Should().HaveCount(4).And.OnlyContain(row => row.GetString("State") == "Waiting");
    }

    [Fact]
    public async Task WrongKey_parksItsDepotWithOneEntryAndNoOther()
    {
        await using var app = await AppHarness.StartAsync();
        app.Network.AddConsignment("HZ3", requesting: "045", collection: "047", delivery: "046");
        app.Network.ChangeKey("045", "another-key");
        for (var i = 0; i < 4; i++)
        {
            await app.DropAndSendAsync($"045/HZ3/pod/{i}.jpg", Jpeg(i));
        }

        await app.DropAndSendAsync("047/HZ3/pod/a.jpg", Jpeg(9));

        app.Network.Requests.Count(status: 401).Should().Be(1);
        app.Network.Received.Should().ContainSingle().Which.Depot.Should().Be("047");
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.GetString("Reason").Should().Contain("401");

        app.Network.ChangeKey("045", "key-of-045");
        await app.SweepAsync(TimeSpan.FromMinutes(16));
        app.Network.Received.Should().HaveCount(5);
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task TooManyRequests_longerThanACall_parksTheDepotUntilThen()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error429], Times = 1, RetryAfter = TimeSpan.FromMinutes(10) };
        await app.DropAndSendAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        await app.DropAndSendAsync("045/HZ1/pod/b.jpg", Jpeg(2));
        await app.SweepAsync(TimeSpan.FromMinutes(9));
        app.Network.Requests.Total.Should().Be(1);

        await app.SweepAsync(TimeSpan.FromMinutes(2));
        app.Network.Received.Should().HaveCount(2);
    }

    [Fact]
    public async Task RetryAfter_aYearAhead_closesTheDepotForAnHourAtMost()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error429], Times = 1, RetryAfter = TimeSpan.FromDays(365), RetryAfterAsDate = true };
        await app.DropAndSendAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        await app.SweepAsync(TimeSpan.FromMinutes(61));
        app.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task ParkedDepot_afterItsHour_isNotReadEveryMinute()
    {
        await using var app = await AppHarness.StartAsync(("Hazchem__Depots__047__ApiKey", "@Microsoft.KeyVault(SecretUri=https://x)"));
        await app.DropAndSendAsync("047/HZ1/pod/a.jpg", Jpeg(1));
        app.Time.Advance(TimeSpan.FromHours(2));
        app.StorageCalls.Operations.Clear();
        await app.SweepAsync();
        app.StorageCalls.Operations.Should().HaveCountLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Limit_taughtByOneDocument_isMetByTheNextAtOnce()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Limits = new SizeLimits { DeliveryImage = 120_000 };
        await app.DropAndSendAsync("045/HZ1/delivery-image/a.jpg", SamplePictures.LargePhoto(1));
        app.Network.Requests.Count(status: 413).Should().Be(1);

        await using var other = await app.StartBesideAsync();
        await other.DropAndSendAsync("045/HZ1/delivery-image/b.jpg", SamplePictures.LargePhoto(2));
        app.Network.Requests.Count(status: 413).Should().Be(1);
        app.Network.Received.Should().HaveCount(2);

        app.Time.Advance(TimeSpan.FromDays(2));
        app.Network.Limits = new SizeLimits();
        await other.DropAndSendAsync("045/HZ1/delivery-image/c.jpg", SamplePictures.LargePhoto(3));
        app.Network.Received[^1].Length.Should().BeGreaterThan(120_000);
    }

    [Fact]
    public async Task Refusals_ofOneTypeInARow_parkTheTypeAndNotTheOthers()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.HazchemCalls.Instead = request => request.Method == HttpMethod.Post
            ? new HttpResponseMessage(HttpStatusCode.UnsupportedMediaType) { Content = new StringContent("""{"code":"FORMAT_NOT_ACCEPTED","message":"no"}""") }
            : null;
        for (var i = 0; i < 7; i++)
        {
            await app.DropAndSendAsync($"045/HZ1/pod/{i}.jpg", Jpeg(i));
        }

        app.HazchemCalls.Requests.Should().HaveCount(5);
        (await app.DocumentsAsync()).Count(row => row.GetString("State") == "Rejected").Should().Be(5);
        app.HazchemCalls.Instead = null;
        await app.DropAndSendAsync("045/HZ1/delivery-image/a.jpg", Jpeg(9));
        app.Network.Received.Should().ContainSingle();

        await app.SweepAsync(TimeSpan.FromMinutes(61));
        app.Network.Received.Should().HaveCount(3);
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().HaveCount(5);
    }

    [Fact]
    public async Task Poison_blobThatTheHostGaveUpOn_isTakenOverAtOnce()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        await app.PoisonAsync("045/HZ1/pod/a.jpg");

        await app.SweepAsync();

        app.Network.Received.Should().ContainSingle();
        (await app.PoisonedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Unforeseen_againAndAgain_isShownToAPersonAndForgottenWhenItWorks()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        app.StorageCalls.Before = FailAtTheFile;
        await app.SweepAsync(TimeSpan.FromMinutes(7));
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        await app.SweepAsync(TimeSpan.FromMinutes(6));
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.GetString("Reason").Should().Contain("could not be handled");

        app.StorageCalls.Before = null;
        await app.SweepAsync(TimeSpan.FromMinutes(6));
        app.Network.Received.Should().ContainSingle();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Unforeseen_thenHazchemDown_stillWaitsInTheList()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync("045/HZ1/pod/a.jpg", Jpeg(1));
        app.StorageCalls.Before = FailAtTheFile;
        await app.SweepAsync(TimeSpan.FromMinutes(7));
        app.StorageCalls.Before = null;
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.SweepAsync(TimeSpan.FromMinutes(6));

        var document = await app.DocumentAsync();
        document.GetString("State").Should().Be("Waiting");
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().ContainSingle().Which.GetString("DocumentRow").Should().Be(document.RowKey);
    }

    [Fact]
    public async Task Memory_largePicturesAtOnce_goOneAfterTheOtherAndAllArrive()
    {
        await using var app = await AppHarness.StartAsync(("Outbound__MemoryMegabytes", "64"), ("Outbound__MemoryWait", "00:00:01"));
        app.Announce("HZ1");
        var names = Enumerable.Range(1, 4).Select(i => $"045/HZ1/delivery-image/{i}.jpg").ToList();
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            await app.DropAsync(name, SamplePictures.LargePhoto(i));
        }

        await Task.WhenAll(names.Select(app.SendAsync));
        for (var sweeps = 0; sweeps < 4; sweeps++)
        {
            await app.SweepAsync(TimeSpan.FromMinutes(2));
        }

        app.Network.Received.Should().HaveCount(4);
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task DailyCount_everyDocumentOfTheDay_isAccountedFor()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/pod/sent.jpg", Jpeg(1));
        await app.DropAndSendAsync("045/HZ1/cop/signed.tif", Jpeg(2), ("signed", "true"));
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync("045/HZ1/pod/waiting.jpg", Jpeg(3));
        await app.DropAndSendAsync("045/HZ1/pod/superseded.jpg", Jpeg(4));
        await DeleteAsync(app, "045/HZ1/pod/superseded.jpg");
        await app.SweepAsync();

        // Its owner is killed while it sends, and then the TMS deletes it: nothing in the drop box speaks of it any more.
        await app.DropAsync("045/HZ1/pod/lost.jpg", Jpeg(5));
        app.HazchemCalls.Before = _ => throw new InvalidOperationException("Killed.");
        await FluentActions.Awaiting(() => app.SendAsync("045/HZ1/pod/lost.jpg")).Should().ThrowAsync<InvalidOperationException>();
        await DeleteAsync(app, "045/HZ1/pod/lost.jpg");

        app.Time.Advance(TimeSpan.FromDays(1));
        await app.CountDayAsync();

        var count = (await app.RowsAsync(StorageNames.DepotStateTable)).Single(row => row.PartitionKey == "~count");
        string Of(string column) => count.GetInt32(column)!.Value.ToString(CultureInfo.InvariantCulture);
        $"{Of("Dropped")} = {Of("Sent")} + {Of("NotSent")} + {Of("Waiting")} + {Of("Superseded")}, {Of("Unaccounted")}".Should().Be("5 = 1 + 2 + 1 + 1, 0");
        var lost = (await app.DocumentsAsync()).Single(row => row.GetString("FileName") == "lost.jpg");
        lost.GetString("State").Should().Be("Failed");
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().Contain(row => row.GetString("DocumentRow") == lost.RowKey);
    }

    private static void FailAtTheFile(Request request)
    {
        if (request.Uri.Path.EndsWith("/a.jpg", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("Nobody foresaw this.");
        }
    }

    private static async Task DeleteAsync(AppHarness app, string name) =>
        await app.Storage.Outbound.DeleteBlobAsync(name, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Small, and fit to be sent as it is.</summary>
    private static byte[] Jpeg(int seed) => SamplePictures.PlainJpeg(seed, 320, 240);
}
