using Hazchem.Functions.Documents;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

/// <summary>Everything but the sending, and what becomes of it when shadow mode is switched on and off.</summary>
public sealed class ShadowModeTests
{
    private const string Name = "045/HZ1/pod/a.jpg";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Photo = SamplePictures.Photo(1);
    private static readonly (string, string?) On = ("Outbound__Shadow", "true");

    [Fact]
    public async Task Send_inShadowMode_doesEverythingButSendIt()
    {
        await using var app = await AppHarness.StartAsync(On);
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo, ("reference", "TMS-7"));

        app.Network.Requests.Count(route: ApiRoute.Send).Should().Be(0);
        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Shadowed");
        row.GetInt64("SentBytes").Should().BePositive("it says what would have been sent");
        row.GetString("HazchemDocumentId").Should().BeNull();
        row.GetString("Blob").Should().StartWith("not-sent/");
        (await app.ReadAsync(row.GetString("Blob"))).Should().Equal(Photo);
        (await app.ListAsync("outbound")).Should().BeEmpty();
        (await app.ListAsync("sent")).Should().BeEmpty();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        var told = (await app.EventsAsync()).Should().ContainSingle().Which;
        told.GetProperty("outcome").GetString().Should().Be("Shadowed");
        told.GetProperty("reference").GetString().Should().Be("TMS-7");
    }

    [Fact]
    public async Task Send_inShadowMode_refusesWhatItWouldRefuse()
    {
        await using var app = await AppHarness.StartAsync(On);
        app.Announce("HZ1");
        await app.DropAndSendAsync("045/HZ1/cop/a.jpg", Photo, ("signed", "true"));

        (await app.DocumentAsync()).GetString("State").Should().Be("Rejected");
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle();
    }

    [Fact]
    public async Task Send_depotCannotSendInShadowMode_isDoneAllTheSame()
    {
        await using var app = await AppHarness.StartAsync(On, ("Hazchem__Depots__045__ApiKey", ""));
        await app.DropAndSendAsync(Name, Photo);

        (await app.DocumentAsync()).GetString("State").Should().Be("Shadowed");
    }

    [Fact]
    public async Task Send_shadowModeSwitchedOff_whatWasDroppedInItIsNotSentAndWhatIsDroppedAgainIs()
    {
        await using var app = await AppHarness.StartAsync(On);
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo);

        await using var live = await app.StartBesideAsync(("Outbound__Shadow", "false"));
        await live.SweepAsync(TimeSpan.FromHours(2));
        app.Network.Received.Should().BeEmpty();

        await live.DropAndSendAsync(Name, Photo);
        app.Network.Received.Should().ContainSingle();
        (await live.DocumentAsync()).GetString("State").Should().Be("Sent");
        (await live.DocumentAsync()).GetBoolean("Shadow").Should().BeFalse();
        (await live.EventsAsync()).Select(told => told.GetProperty("outcome").GetString()).Should().Equal("Shadowed", "Sent");
    }

    [Fact]
    public async Task Send_shadowModeSwitchedOn_whatWaitsWaitsOnAndIsSentWhenItIsOffAgain()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync(Name, Photo);
        app.Network.Faults = new FaultPlan();
        var attempts = app.Network.Requests.Count(route: ApiRoute.Send);

        await using (var shadow = await app.StartBesideAsync(On))
        {
            await shadow.SweepAsync(TimeSpan.FromHours(2));
            await shadow.SweepAsync(TimeSpan.FromHours(2));
            (await shadow.DocumentAsync()).GetString("State").Should().Be("Waiting");
            app.Network.Requests.Count(route: ApiRoute.Send).Should().Be(attempts);
        }

        await app.SweepAsync(TimeSpan.FromHours(2));
        app.Network.Received.Should().ContainSingle();
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
    }

    [Fact]
    public async Task Send_sentBeforeShadowMode_isSaidToBeSent()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAndSendAsync(Name, Photo);

        await using var shadow = await app.StartBesideAsync(On);
        await shadow.DropAndSendAsync(Name, Photo);

        (await shadow.DocumentAsync()).GetString("State").Should().Be("Sent");
        app.Network.Requests.Count(route: ApiRoute.Send).Should().Be(1);
    }

    [Fact]
    public void Shadowed_isToldThenSavedThenArchivedThenDeleted()
    {
        var claimed = Saved(OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000, Shadow: true), Now));
        var ended = OutboundTransitions.Apply(claimed, new OutboundEvent.Shadowed(new SentFile(7, File.Sha256, "image/jpeg", 1)), Now);

        ended.Writes.Select(write => write.GetType().Name).Should().Equal("Tell", "Save", "Archive", "DeleteDrop");
        ended.Writes.OfType<OutboundWrite.Archive>().Single().Container.Should().Be("not-sent");
    }

    [Fact]
    public void Arrived_takenUpInShadowModeAndItsOwnerIsGone_isNeverSentNorThoughtToHaveArrived()
    {
        var claimed = Saved(OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000, Shadow: true), Now));
        var taken = Saved(OutboundTransitions.Apply(claimed, new OutboundEvent.Arrived(File, 500_000), Now.AddMinutes(7)));
        (taken.Shadow, taken.AmbiguousSince).Should().Be((true, null));

        var gone = Saved(OutboundTransitions.Apply(claimed, new OutboundEvent.Vanished(File.Drop), Now.AddMinutes(7)));
        gone.State.Should().Be(OutboundState.Superseded);
    }

    [Fact]
    public void Arrived_lastAttemptOfAnAmbiguousOneIsDueInShadowMode_isForAPerson()
    {
        var waiting = Saved(OutboundTransitions.Apply(null, new OutboundEvent.Arrived(File, 500_000), Now)) with
        {
            State = OutboundState.Waiting,
            WaitingSince = Now,
            AmbiguousSince = Now,
            DueAt = Now.AddHours(22),
        };
        var transition = OutboundTransitions.Apply(
            waiting, new OutboundEvent.Arrived(File, 500_000, Shadow: true), Now + OutboundPolicy.LastAmbiguousAttempt);

        transition.Next.Should().Be(OutboundNext.Done);
        Saved(transition).State.Should().Be(OutboundState.Failed);
    }

    private static DroppedFile File { get; } = new()
    {
        Drop = Drop.Of(Name, "1"),
        Name = DropName.TryParse(Name, out var name, out _) ? name : null,
        Metadata = DropMetadata.Of([]),
        DroppedAt = Now,
        Length = 7,
        Sha256 = Sha256Hash.Of("content"),
    };

    private static OutboundDocument Saved(OutboundTransition transition) => transition.Writes.OfType<OutboundWrite.Save>().Single().Document;
}
