using System.Security.Cryptography;
using Hazchem.Functions.Storage;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

public sealed class OutboundEndToEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_documents_dropped_at_once_all_arrive_once()
    {
        await using var app = await HostedApp.StartAsync();
        var drops = Enumerable.Range(1, 200).Select(i => i % 20 == 0
            ? (Name: $"{Depot(i)}/HZ{i / 3}/cop/scan {i}.tif", Content: SamplePictures.Scan(i, pages: 1))
            : (Name: $"{Depot(i)}/HZ{i / 3}/delivery-image/IMG_{i}.jpg", Content: SamplePictures.Photo(i, width: 320, height: 240))).ToList();

        await Parallel.ForEachAsync(drops, Cancellation, async (drop, _) => await app.Storage.DropAsync(drop.Name, drop.Content));
        await app.UntilDropBoxIsEmptyAsync();

        var received = app.Network.Received;
        received.Should().HaveCount(200);
        var rows = await app.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable);
        rows.Should().HaveCount(200).And.OnlyContain(row => row.GetString(DocumentColumns.State) == "Sent");
        rows.Select(row => row.GetString(DocumentColumns.OriginalSha256)).Should()
            .BeEquivalentTo(drops.Select(drop => Convert.ToHexStringLower(SHA256.HashData(drop.Content))));
        rows.Select(row => row.GetString(DocumentColumns.SentSha256)).Should().BeEquivalentTo(received.Select(document => document.Sha256));
        (await app.Storage.ListAsync("sent")).Should().HaveCount(200);
        (await app.Storage.ListAsync("not-sent")).Should().BeEmpty();
        (await app.Storage.RowsAsync(StorageNames.ActivityTable)).Should().HaveCount(200);
        (await app.Storage.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
        (await app.Storage.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        var told = await app.Storage.EventsAsync();
        told.Should().HaveCount(200);
        told.Select(told => told.GetProperty("id").GetString()).Should().OnlyHaveUniqueItems();

        static string Depot(int i) => i % 3 == 0 ? "047" : "045";
    }

    [Fact]
    public async Task Names_with_odd_characters_go_through_the_trigger_as_they_are()
    {
        await using var app = await HostedApp.StartAsync();

        // No backslash: Blob Storage makes it a slash.
        string[] files =
        [
            "two  spaces .jpg", "délivérée – Ünïcode 写真 😀.jpg", "a&b=c;d.jpg", "100%.jpg", "%41%2F.jpg", "#1+2.jpg",
            "\"double\" 'single' `back`.jpg", "what?.jpg", "[1](2){3}<4>|5^~.jpg", "...jpg", "$@!*,:.jpg",
            new string('n', 900 - "045/HZ1/pod/.jpg".Length) + ".jpg",
        ];

        foreach (var (file, i) in files.Select((file, i) => (file, i)))
        {
            await app.Storage.DropAsync($"045/HZ1/pod/{file}", SamplePictures.Photo(i + 1, width: 320, height: 240));
        }

        await app.UntilDropBoxIsEmptyAsync();

        var rows = await app.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable);
        rows.Select(row => $"{row.GetString(DocumentColumns.State)} {row.GetString(DocumentColumns.Reason)}").Should().AllBe("Sent ");
        rows.Select(row => row.GetString(DocumentColumns.DropName)).Should().BeEquivalentTo(files.Select(file => $"045/HZ1/pod/{file}"));
        app.Network.Received.Should().HaveCount(files.Length);
        var sent = await app.Storage.ListAsync("sent");
        sent.Should().HaveCount(files.Length);
        rows.Select(row => row.GetString(DocumentColumns.Blob)).Should().BeEquivalentTo(sent.Select(name => $"sent/{name}"));
    }

    [Fact]
    public async Task Name_with_dots_between_slashes_is_left_alone_by_the_trigger()
    {
        await using var app = await HostedApp.StartAsync();
        const string Name = "045/HZ1/x/../pod/photo.jpg";
        await app.Storage.DropRawAsync(Name, SamplePictures.Photo(1, width: 320, height: 240));
        await app.Storage.DropAsync("045/HZ1/pod/photo.jpg", SamplePictures.Photo(2, width: 320, height: 240));

        await app.UntilAsync(async () => (await app.Storage.ListAsync("outbound")).Count == 1);
        await app.RunAsync("SweepOutbound");

        (await app.Storage.ListAsync("outbound")).Should().Equal(Name);
        app.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task App_ended_while_documents_are_sent_leaves_none_claimed_and_all_due_at_once()
    {
        await using var app = await HostedApp.StartAsync();
        const int Rounds = 20;
        const int DropsARound = 10;
        for (var round = 0; round < Rounds; round++)
        {
            // Some wait to be sent, some are being sent, two of them without an answer, and some are sent when the host ends.
            var received = app.Network.Received.Count;
            app.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Stall], Routes = [ApiRoute.Send], Times = 2, StallFor = TimeSpan.FromMinutes(1) };
            await Parallel.ForEachAsync(Enumerable.Range(0, DropsARound), Cancellation, async (i, _) =>
                await app.Storage.DropAsync($"045/HZ{round}/delivery-image/{i}.jpg", SamplePictures.Photo((round * DropsARound) + i, width: 320, height: 240)));
            await app.UntilAsync(() => Task.FromResult(app.Network.Received.Count > received));

            await app.Host.DisposeAsync();

            var now = TimeProvider.System.GetUtcNow();
            (await app.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Should().OnlyContain(
                row => row.GetString(DocumentColumns.State) == "Sent"
                    || (row.GetString(DocumentColumns.State) == "Waiting" && row.GetDateTimeOffset(DocumentColumns.DueAt) <= now));
            app.Network.Faults = FaultPlan.None;
            await app.RestartAsync();
        }

        await app.UntilDropBoxIsEmptyAsync();
        app.Network.Received.Should().HaveCount(Rounds * DropsARound).And.OnlyHaveUniqueItems(document => document.Sha256);
    }

    [Fact]
    public async Task App_killed_before_it_hears_Hazchems_answer_sends_no_second_copy()
    {
        await using var app = await HostedApp.StartAsync(("Hazchem__RetryDelay", "00:00:30"));
        app.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.AnswerLost], Routes = [ApiRoute.Send], Times = 1 };
        await app.Storage.DropAsync("045/HZ1/delivery-image/photo.jpg", SamplePictures.Photo(1, width: 320, height: 240));
        await app.UntilAsync(() => Task.FromResult(app.Network.Received.Count == 1));

        await app.KillAsync();
        (await app.Storage.ListAsync("outbound")).Should().ContainSingle();

        // The claim of the app that is gone would stand for six minutes.
        await app.Storage.PutBackAsync(StorageNames.ConsignmentDocumentsTable, DocumentColumns.ClaimedUntil, TimeSpan.FromMinutes(7));
        (await app.Host.RunAsync("SendDocument", "outbound/045/HZ1/delivery-image/photo.jpg", Cancellation)).Error.Should().BeNull();
        await app.UntilDropBoxIsEmptyAsync();

        app.Network.Requests.Count(route: ApiRoute.Send).Should().Be(2);
        app.Network.Received.Should().ContainSingle();
        var row = (await app.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Should().ContainSingle().Which;
        row.GetString(DocumentColumns.State).Should().Be("Sent");
        row.GetString(DocumentColumns.HazchemDocumentId).Should().Be(app.Network.Received[0].DocumentId);
        (await app.Storage.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }
}
