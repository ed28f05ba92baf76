using System.Globalization;
using System.Text.Json;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Inbound;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// A crash before and after every call to storage and to Hazchem. Each scenario is run once to count its calls, and then
/// afresh for each of them; what crashed is started again, time passes, and only the timers come back to what it left.
/// </summary>
public sealed class CrashTests
{
    private const string Photo = "045/HZ1/delivery-image/photo.jpg";
    private const string PhotoAgain = "045/HZ1/delivery-image/photo again.jpg";
    private const string Scan = "045/HZ1/cop/scan.jpg";
    private const int Sweeps = 4;

    private static readonly TimeSpan SweepsAreApart = TimeSpan.FromMinutes(10);
    private static readonly byte[] Small = SamplePictures.Photo(1, 320, 240);
    private static readonly byte[] Large = SamplePictures.Photo(2);

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoThatIsSent_leavesItSentOnce() => BreakEverywhereAsync(
        app => app.DropAsync(Photo, Small),
        app => app.SendAsync(Photo),
        SweepAsync,
        app => CheckSentAsync(app, Photo, Small));

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoUnderTwoNames_leavesItSentOnceAndBothKept() => BreakEverywhereAsync(
        async app =>
        {
            await app.DropAsync(Photo, Small);
            await app.DropAsync(PhotoAgain, Small);
        },
        async app =>
        {
            await app.SendAsync(Photo);
            await app.SendAsync(PhotoAgain);
        },
        SweepAsync,
        CheckBothAsync);

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoOverwrittenByItselfWhileItWaits_leavesItSentOnce() => BreakEverywhereAsync(
        async app =>
        {
            app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
            await app.DropAndSendAsync(Photo, Small);
            await app.DropAsync(Photo, Small);
            app.Network.Faults = FaultPlan.None;
        },
        async app =>
        {
            await app.SendAsync(Photo);
            await app.SweepAsync(SweepsAreApart);
        },
        SweepAsync,
        app => CheckSentAsync(app, Photo, Small));

    [Fact]
    public Task Crash_aroundAnyCallOfASignedCop_leavesItBeforeAPerson() => BreakEverywhereAsync(
        app => app.DropAsync(Scan, Small, ("signed", "true")),
        app => app.SendAsync(Scan),
        SweepAsync,
        CheckRejectedAsync);

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoThatIsTooLargeAtFirst_leavesItSentOnce() => BreakEverywhereAsync(
        async app =>
        {
            app.Network.Limits = new SizeLimits { DeliveryImage = 60_000 };
            await app.DropAsync(Photo, Large);
        },
        app => app.SendAsync(Photo),
        SweepAsync,
        CheckSentSmallerAsync);

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoThatIsTooLargeAtFirst_whereThatUsesUpTheKey_leavesItSentOnce() => BreakEverywhereAsync(
        async app =>
        {
            app.Network.RefusedAttemptsUseUpTheirKey = true;
            app.Network.Limits = new SizeLimits { DeliveryImage = 60_000 };
            await app.DropAsync(Photo, Large);
        },
        app => app.SendAsync(Photo),
        SweepAsync,
        CheckSentSmallerAsync);

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoThatHasToWaitForHazchem_leavesItSentOnce() => BreakEverywhereAsync(
        async app =>
        {
            app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
            await app.DropAsync(Photo, Small);
        },
        async app =>
        {
            await app.SendAsync(Photo);
            app.Network.Faults = FaultPlan.None;
            await app.SweepAsync(SweepsAreApart);
        },
        async app =>
        {
            app.Network.Faults = FaultPlan.None;
            await SweepAsync(app);
        },
        app => CheckSentAsync(app, Photo, Small));

    [Fact]
    public Task Crash_aroundAnyCallOfAPhotoThatAPersonSendsAgain_leavesItSentOnce() => BreakEverywhereAsync(
        async app =>
        {
            app.Network.Limits = new SizeLimits { DeliveryImage = 1_000 };
            await app.DropAndSendAsync(Photo, Small);
            (await app.DocumentAsync()).GetString("State").Should().Be("Rejected");
            await app.EventsAsync();
            app.Network.Limits = new SizeLimits();
        },
        async app =>
        {
            await app.SendAgainAsync();
            await app.SendAsync(Photo);
        },
        async app =>
        {
            await SweepAsync(app);
            if ((await app.DocumentAsync()).GetString("State") == "Rejected")
            {
                // It was cut before the file was there, so the person still sees it, and does it again.
                (await app.SendAgainAsync()).Done.Should().BeTrue();
                await SweepAsync(app);
            }
        },
        app => CheckSentAsync(app, Photo, Small));

    [Fact]
    public Task Crash_aroundAnyCallOfASync_leavesEachDocumentFetchedOnce() => BreakEverywhereAsync(
        app =>
        {
            Publish(app, "D-1", "D-2", "D-3");
            return Task.CompletedTask;
        },
        app => app.FetchAsync(),
        FetchLaterAsync,
        CheckFetchedAsync);

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public Task Crash_aroundAnyCallOfASyncWhileHazchemsClockIsHoursOff_leavesEachDocumentFetchedOnce(int hours) => BreakEverywhereAsync(
        async app =>
        {
            await app.FetchAsync();
            app.Network.ClockOffset = TimeSpan.FromHours(hours);
            Publish(app, "D-1", "D-2", "D-3");
            app.Time.Advance(SweepsAreApart);
        },
        app => app.FetchAsync(),
        async app =>
        {
            await FetchLaterAsync(app);
            app.Network.ClockOffset = TimeSpan.Zero;
            await FetchLaterAsync(app);

            // What was stamped a day ahead is right, and is listed no more, when two are over.
            app.Time.Advance(TimeSpan.FromDays(2));
            await FetchLaterAsync(app);
            (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        },
        CheckFetchedAsync);

    [Theory]
    [InlineData("odd", "D-1", "D-2", "D-3")]
    [InlineData("D-1", "odd", "D-2", "D-3")]
    [InlineData("D-1", "D-2", "D-3", "odd")]
    public Task Crash_aroundAnyCallOfASyncOverAnEntryThatCannotBeRead_leavesItShownAndTheOthersFetchedOnce(params string[] listed) => BreakEverywhereAsync(
        app =>
        {
            Publish(app, listed);
            return Task.CompletedTask;
        },
        app => app.FetchAsync(),
        async app =>
        {
            await FetchLaterAsync(app);
            (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.GetString("Reason").Should().Contain("\"odd\"");
        },
        CheckFetchedAsync);

    [Fact]
    public Task Crash_aroundAnyCallOfASyncOverEntriesOfWhichNoneCanBeRead_leavesThemShownAndTheCursorBeforeThem() => BreakEverywhereAsync(
        async app =>
        {
            await app.FetchAsync();
            app.Time.Advance(SweepsAreApart);
            Publish(app, "odd-1", "odd-2");
        },
        app => app.FetchAsync(),
        FetchLaterAsync,
        async app =>
        {
            (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().HaveCount(2);
            (await app.RowsAsync(StorageNames.DepotStateTable)).Single(row => row.PartitionKey == "045").GetDateTimeOffset("Cursor")
                .Should().BeBefore(app.Time.GetUtcNow() - SweepsAreApart - SweepsAreApart);
        });

    /// <summary>In this order. An id that does not begin with <c>D</c> is listed without a time.</summary>
    private static void Publish(AppHarness app, params string[] ids)
    {
        var now = app.Time.GetUtcNow() + app.Network.ClockOffset;
        foreach (var (i, id) in ids.Index())
        {
            app.Network.Publish(new PublishedDocument
            {
                ConsignmentNumber = "HZ1",
                DocumentType = "DELIVERY_IMAGE",
                Content = (byte[])[.. InboundHarness.Jpeg, (byte)(id[^1] - '0')],
                DocumentId = id,
                AvailableAt = now.AddMilliseconds(i),
                VisibleTo = ["045"],
                DepotRoles = ["REQUESTING"],
                ListedAs = id[0] == 'D' ? null : JsonSerializer.SerializeToElement(new { documentId = id }),
            });
        }
    }

    private static async Task FetchLaterAsync(AppHarness app)
    {
        app.Time.Advance(SweepsAreApart);
        await app.FetchAsync();
    }

    private static async Task BreakEverywhereAsync(
        Func<AppHarness, Task> prepare, Func<AppHarness, Task> run, Func<AppHarness, Task> settle, Func<AppHarness, Task> check)
    {
        var calls = (await BreakAsync(new CrashPoint(0, after: false), prepare, run, settle, check)).Calls.Count;
        calls.Should().BePositive();
        for (var at = 1; at <= calls; at++)
        {
            foreach (var after in new[] { false, true })
            {
                var crash = await BreakAsync(new CrashPoint(at, after), prepare, run, settle, check);
                crash.Crashed.Should().BeTrue("call {0} of {1} was to be the last", at, calls);
            }
        }
    }

    private static async Task<CrashPoint> BreakAsync(
        CrashPoint crash, Func<AppHarness, Task> prepare, Func<AppHarness, Task> run, Func<AppHarness, Task> settle, Func<AppHarness, Task> check)
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await prepare(app);
        crash.Attach(app);
        try
        {
            await run(app);
        }
        catch (Exception) when (crash.Crashed)
        {
            // Whatever became of it in the process, the process is gone.
        }

        try
        {
            await app.RestartAsync();
            await settle(app);
            await check(app);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The promise is broken by {crash}: {e.Message}", e);
        }

        return crash;
    }

    private static async Task SweepAsync(AppHarness app)
    {
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            await app.SweepAsync(SweepsAreApart);
        }
    }

    private static async Task CheckSentAsync(AppHarness app, string name, byte[] original)
    {
        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Sent");
        var received = app.Network.Received.Should().ContainSingle().Which;
        received.Sha256.Should().Be(row.GetString("SentSha256"));
        row.GetString("DropName").Should().Be(name);
        (await app.ReadAsync((await app.ListAsync("sent")).Should().ContainSingle().Which.Insert(0, "sent/"))).Should().Equal(original);
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        await CheckToldAsync(app, "Sent");
        await CheckNothingIsLeftAsync(app);
    }

    private static async Task CheckBothAsync(AppHarness app)
    {
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("sent")).Should().HaveCount(2);
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        (await app.EventsAsync()).Select(e => e.GetProperty("outcome").GetString()).Distinct().Should().Equal("Sent");
        await CheckNothingIsLeftAsync(app);
    }

    private static Task CheckSentSmallerAsync(AppHarness app)
    {
        app.Network.Requests.Count(status: 413).Should().BePositive();
        return CheckSentAsync(app, Photo, Large);
    }

    private static async Task CheckRejectedAsync(AppHarness app)
    {
        (await app.DocumentAsync()).GetString("State").Should().Be("Rejected");
        app.Network.Received.Should().BeEmpty();
        (await app.ListAsync("not-sent")).Should().ContainSingle();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle();
        await CheckToldAsync(app, "NotSent");
        await CheckNothingIsLeftAsync(app);
    }

    private static async Task CheckToldAsync(AppHarness app, string outcome)
    {
        var told = await app.EventsAsync();
        told.Select(e => e.GetProperty("outcome").GetString()).Distinct().Should().Equal(outcome);
        told.Select(e => e.GetProperty("id").GetString()).Distinct().Should().ContainSingle();
    }

    private static async Task CheckNothingIsLeftAsync(AppHarness app)
    {
        (await app.ListAsync("outbound")).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }

    private static async Task CheckFetchedAsync(AppHarness app)
    {
        (await app.ListAsync("inbound")).Should().HaveCount(3);
        var links = await app.DocumentsAsync();
        links.Select(link => link.GetString("HazchemDocumentId")).Should().BeEquivalentTo("D-1", "D-2", "D-3");
        links.Select(link => link.GetString("State")).Distinct().Should().Equal("Received");
        foreach (var link in links)
        {
            (await app.ReadAsync(link.GetString("Blob"))).Should().Equal([.. InboundHarness.Jpeg, byte.Parse(link.GetString("HazchemDocumentId").AsSpan(2), CultureInfo.InvariantCulture)]);
        }

        var told = await app.EventsAsync();
        told.Select(e => e.GetProperty("id").GetString()).Distinct().Should().HaveCount(3);
        told.Select(e => e.GetProperty("blob").GetString()).Distinct().Should().BeEquivalentTo(links.Select(link => link.GetString("Blob")));

        app.Network.Requests.Reset();
        app.Time.Advance(TimeSpan.FromMinutes(10));
        await app.FetchAsync();
        app.Network.Requests.Count(route: ApiRoute.Content).Should().Be(0);
        app.Network.Requests.Count(depot: "045", route: ApiRoute.List).Should().Be(1);
    }
}
