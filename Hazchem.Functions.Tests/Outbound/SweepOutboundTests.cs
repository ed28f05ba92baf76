using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Specialized;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

public sealed class SweepOutboundTests
{
    private const string Name = "045/HZ1/pod/a.jpg";

    private static readonly byte[] Photo = SamplePictures.Photo(1);

    [Fact]
    public async Task Sweep_nothingPending_costsAtMostThreeOperations()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo);
        app.StorageCalls.Operations.Clear();

        await app.SweepAsync();

        app.StorageCalls.Operations.Should().HaveCountLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Sweep_blobThatNoTriggerSaw_isSentWhenItIsAMinuteOld()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);

        await app.SweepAsync(TimeSpan.FromSeconds(50));
        app.Network.Received.Should().BeEmpty();

        await app.SweepAsync(TimeSpan.FromSeconds(12));
        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Sweep_filesOfMoreThanAnHour_areCountedAsOverdueUnlessTheirConsignmentIsNotAnnounced()
    {
        await using var app = await AppHarness.StartAsync();
        await app.DropAndSendAsync(Name, Photo);
        app.Announce("HZ2");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync("045/HZ2/pod/photo.jpg", Photo);

        await app.SweepAsync();
        app.Gauge("hazchem.outbound.overdue").Should().Be(0);

        await app.SweepAsync(TimeSpan.FromMinutes(61));
        app.Gauge("hazchem.outbound.overdue").Should().Be(1);
        app.Gauge("hazchem.outbound.pending").Should().Be(2);
    }

    [Fact]
    public async Task Sweep_storageFailedAfterHazchemHadIt_isSentOnce()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);
        app.StorageCalls.Before = request =>
        {
            if (request.Uri.Path.Contains("document-events", StringComparison.Ordinal))
            {
                throw new IOException("The queue is gone.");
            }
        };
        await FluentActions.Awaiting(() => app.SendAsync(Name)).Should().ThrowAsync<IOException>();
        app.Network.Received.Should().ContainSingle();
        app.StorageCalls.Before = null;

        await app.SweepAsync(TimeSpan.FromMinutes(7));

        app.Network.Received.Should().ContainSingle();
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Sweep_waitingFileDeletedByItsOwner_isSuperseded()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync(Name, Photo);
        await app.Storage.Outbound.DeleteBlobAsync(Name, cancellationToken: TestContext.Current.CancellationToken);

        await app.SweepAsync();

        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Superseded");
        row.GetString("Reason").Should().Contain("overwritten or deleted");
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Sweep_waitingFileOverwritten_theNewOneIsSentAndTheOldSuperseded()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync(Name, Photo);
        app.Network.Faults = FaultPlan.None;
        await app.DropAndSendAsync(Name, SamplePictures.Photo(2));
        await app.SweepAsync(TimeSpan.FromMinutes(2));

        (await app.DocumentsAsync()).Select(row => row.GetString("State")).Should().BeEquivalentTo("Superseded", "Sent");
        app.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Sweep_oneThatFails_doesNotHoldUpTheRest()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        for (var seed = 1; seed <= 3; seed++)
        {
            await app.DropAsync($"045/HZ1/pod/{seed}.jpg", SamplePictures.Photo(seed, 320, 240));
        }

        app.StorageCalls.Before = request =>
        {
            if (request.Uri.Path.EndsWith("/2.jpg", StringComparison.Ordinal))
            {
                throw new IOException("This blob cannot be read.");
            }
        };
        await app.SweepAsync(TimeSpan.FromMinutes(7));

        app.Network.Received.Should().HaveCount(2);
        (await app.ListAsync("outbound")).Should().Equal("045/HZ1/pod/2.jpg");
    }

    [Fact]
    public async Task Sweep_over_a_name_with_dots_between_slashes_shows_it_once_and_leaves_it()
    {
        await using var app = await AppHarness.StartAsync();
        const string Name = "045/HZ0012345678/x/../pod/photo.jpg";
        await app.DropRawAsync(Name, SamplePictures.PlainJpeg(1, 320, 240));

        await app.SweepAsync(after: TimeSpan.FromMinutes(7));
        await app.SweepAsync(after: TimeSpan.FromMinutes(7));
        await app.SweepAsync(after: TimeSpan.FromDays(1));

        (await app.ListAsync("outbound")).Should().Equal(Name);
        var shown = (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which;
        shown.GetString(DocumentColumns.Reason).Should().Contain(Name).And.Contain("another name");
        app.Network.Requests.Total.Should().Be(0);
    }

    [Fact]
    public async Task Sweep_whateverGoesWrongWithAFile_itsNameIsNotInTheLog()
    {
        await using var app = await AppHarness.StartAsync();
        app.StorageCalls.Before = request =>
        {
            if (request.Uri.Path.Contains("ConsignmentDocuments", StringComparison.Ordinal))
            {
                throw new IOException("The table is gone.");
            }
        };
        await app.DropAsync("045/HZ1/pod/Frau Schmidt.jpg", Photo);
        await app.DropAsync("Frau Schmidt.jpg", Photo);
        await app.PoisonAsync("045/HZ1/pod/Frau Schmidt.jpg");

        await app.SendAsync("045/HZ1/pod/Herr Schmidt.jpg");
        await app.SweepAsync(TimeSpan.FromMinutes(7));

        app.Logs.Lines.Should().ContainMatch("1000 045/HZ1/pod/*").And.ContainMatch("1007 *045/HZ1/pod/*")
            .And.ContainMatch("1007 *~unaddressed/*").And.ContainMatch("1015 *045/HZ1/pod/*");
        app.Logs.Lines.Should().NotContainMatch("*Schmidt*");
    }

    public static TheoryData<string> WhatKeepsAFile => ["lease", "snapshot", "policy"];

    [Theory]
    [MemberData(nameof(WhatKeepsAFile))]
    public async Task Sweep_handledFileThatStorageWillNotDelete_isArchivedAndShownOnceAndDeletedWhenItCanBe(string keptBy)
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);
        var release = await KeepAsync(app, keptBy);
        await app.SendAsync(Name);

        app.Network.Received.Should().ContainSingle();
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        var archived = await ArchiveAsync(app);
        var shown = (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which;
        shown.GetString(DocumentColumns.Reason).Should().Contain(Name).And.Contain("will not delete it");

        app.StorageCalls.Operations.Clear();
        for (var sweep = 0; sweep < 30; sweep++)
        {
            await app.SweepAsync(TimeSpan.FromHours(1));
        }

        app.StorageCalls.Operations.Count(call => call.StartsWith("DELETE", StringComparison.Ordinal)).Should().Be(1, "it is tried once a day");
        (await ArchiveAsync(app)).Should().Be(archived, "its retention must not begin anew");
        (await app.EventsAsync()).Should().ContainSingle();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle().Which.ETag.Should().Be(shown.ETag);
        app.Gauge("hazchem.outbound.overdue").Should().Be(0);

        await release();
        await app.SweepAsync(TimeSpan.FromDays(1));
        (await app.ListAsync("outbound")).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
        app.Network.Received.Should().ContainSingle();
    }

    private static async Task<(string Name, DateTimeOffset? At)> ArchiveAsync(AppHarness app)
    {
        var blobs = await app.Storage.Sent.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        var blob = blobs.Should().ContainSingle().Which;
        return (blob.Name, blob.Properties.LastModified);
    }

    /// <returns>What ends it.</returns>
    private static async Task<Func<Task>> KeepAsync(AppHarness app, string keptBy)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var blob = app.Storage.Outbound.GetBlobClient(Name);
        switch (keptBy)
        {
            case "lease":
                var lease = blob.GetBlobLeaseClient();
                await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: cancellation);
                return () => lease.ReleaseAsync(cancellationToken: cancellation);
            case "snapshot":
                var snapshot = (await blob.CreateSnapshotAsync(cancellationToken: cancellation)).Value.Snapshot;
                return () => blob.WithSnapshot(snapshot).DeleteAsync(cancellationToken: cancellation);
            default:
                // Azurite knows no immutability policy.
                app.StorageCalls.Before = request =>
                {
                    if (request.Method == RequestMethod.Delete && request.Uri.Path.Contains("/outbound/", StringComparison.Ordinal))
                    {
                        throw new RequestFailedException(409, "This operation is not permitted as the blob is immutable.", "BlobImmutableDueToPolicy", null);
                    }
                };
                return () =>
                {
                    app.StorageCalls.Before = null;
                    return Task.CompletedTask;
                };
        }
    }
}
