using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

/// <summary>The host cancels or ends while documents are on their way: none may wait for its claim to expire.</summary>
public sealed class StoppingTests
{
    private const string Name = "045/HZ1/delivery-image/photo.jpg";

    private static readonly byte[] Photo = SamplePictures.Photo(1, 320, 240);

    [Fact]
    public async Task Stopped_beforeTheClaim_leavesTheFileUnclaimed()
    {
        await using var app = await StartAsync();
        using var stopping = new CancellationTokenSource();
        app.StorageCalls.After = (request, _) =>
        {
            if (request.Uri.Path.EndsWith("photo.jpg", StringComparison.Ordinal))
            {
                stopping.Cancel();
            }
        };

        await FluentActions.Awaiting(() => app.SendUntilStoppedAsync(Name, stopping.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await app.DocumentsAsync()).Should().BeEmpty();
        (await app.ListAsync("outbound")).Should().ContainSingle();
    }

    [Fact]
    public async Task Stopped_beforeTheCall_givesItsClaimBackAndTheNextSweepSendsIt()
    {
        await using var app = await StartAsync();
        using var stopping = new CancellationTokenSource();
        app.StorageCalls.After = (request, _) =>
        {
            if (request.Uri.Path.Contains(StorageNames.ConsignmentDocumentsTable, StringComparison.Ordinal))
            {
                stopping.Cancel();
            }
        };

        await app.SendUntilStoppedAsync(Name, stopping.Token);

        app.Network.Requests.Total.Should().Be(0);
        var row = await app.DocumentAsync();
        (row.GetString("State"), row.GetInt32("Claims"), row.GetDateTimeOffset("AmbiguousSince")).Should().Be(("Waiting", 0, null));
        await ShouldBeSentByTheNextSweepAsync(app);
    }

    [Fact]
    public async Task Stopped_duringACallThatIsAnswered_recordsWhatBecameOfIt()
    {
        await using var app = await StartAsync();
        using var stopping = new CancellationTokenSource();
        app.HazchemCalls.Before = _ => stopping.Cancel();

        await app.SendUntilStoppedAsync(Name, stopping.Token);

        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(FaultKind.Stall)]
    [InlineData(FaultKind.AnswerLost)]
    public async Task Stopped_duringACallThatIsNotAnswered_isSentOnceByTheNextSweep(FaultKind fault)
    {
        await using var app = await StartAsync();
        using var stopping = new CancellationTokenSource();
        app.Network.Faults = new FaultPlan { Rate = 1, Kinds = [fault], StallFor = TimeSpan.FromMinutes(1) };
        app.HazchemCalls.Before = _ => stopping.Cancel();

        await app.SendUntilStoppedAsync(Name, stopping.Token);

        app.HazchemCalls.Before = null;
        app.Network.Faults = FaultPlan.None;
        (await app.DocumentAsync()).GetDateTimeOffset("AmbiguousSince").Should().NotBeNull();
        await ShouldBeSentByTheNextSweepAsync(app, TimeSpan.FromMinutes(fault == FaultKind.Stall ? 0 : 1));
    }

    [Fact]
    public async Task Sweep_fileInAnothersHandsForOverAMinute_isReadOnceUntilTheClaimExpires()
    {
        await using var app = await StartAsync();
        using var stopping = new CancellationTokenSource();
        var swept = new List<int>();
        app.HazchemCalls.Before = _ =>
        {
            app.HazchemCalls.Before = null;
            for (var sweep = 0; sweep < 4; sweep++)
            {
                app.StorageCalls.Operations.Clear();
                app.SweepAsync(TimeSpan.FromMinutes(1)).GetAwaiter().GetResult();
                swept.Add(app.StorageCalls.Operations.Count);
            }
        };

        await app.SendUntilStoppedAsync(Name, stopping.Token);

        swept[0].Should().BeLessThanOrEqualTo(3 + 5, "it reads the file, sees the claim and makes an entry");
        swept.Skip(1).Should().OnlyContain(operations => operations <= 3);
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        app.Network.Received.Should().ContainSingle();

        app.StorageCalls.Operations.Clear();
        await app.SweepAsync();
        app.StorageCalls.Operations.Should().HaveCountLessThanOrEqualTo(3 + 4, "it takes the entry away");
        (await app.RowsAsync(StorageNames.OutboundWaitingTable)).Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_whileSendsRun_waitsForThem()
    {
        var running = new RunningSends();
        var sent = new TaskCompletionSource();
        var send = running.RunAsync(_ => sent.Task, TestContext.Current.CancellationToken);

        var stop = running.StopAsync(TestContext.Current.CancellationToken);
        stop.IsCompleted.Should().BeFalse();
        sent.SetResult();

        await send;
        await stop;
    }

    private static async Task<AppHarness> StartAsync()
    {
        var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        await app.DropAsync(Name, Photo);
        return app;
    }

    private static async Task ShouldBeSentByTheNextSweepAsync(AppHarness app, TimeSpan after = default)
    {
        app.StorageCalls.After = null;
        await app.SweepAsync(after);
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }
}
