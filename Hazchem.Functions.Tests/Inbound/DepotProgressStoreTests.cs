using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Inbound;

namespace Hazchem.Functions.Tests.Inbound;

public sealed class DepotProgressStoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_after_another_run_saved_keeps_what_both_did()
    {
        await using var harness = await InboundHarness.StartAsync();
        var store = new DepotProgressStore(harness.Storage, new InboundSettings(), harness.Time);
        var depot = DepotCode.TryParse(InboundHarness.Depot, out var code, out var reason) ? code : throw new InvalidOperationException(reason);
        var before = await store.ReadAsync(depot, Cancellation);
        before.AdvanceTo(Noon.AddMinutes(-10));
        before.SetAside(AsideDocument.First(Document("both-tried"), new FetchResult.Failed("It failed."), Noon));
        await store.SaveAsync(before, Cancellation);
        var first = await store.ReadAsync(depot, Cancellation);
        var second = await store.ReadAsync(depot, Cancellation);

        first.AdvanceTo(Noon);
        first.MarkHandled(Document("first-handled"));
        first.MarkHandled(Document("both-tried"));
        first.SetAside(AsideDocument.First(Document("first-set-aside"), new FetchResult.Failed("It failed."), Noon));
        await store.SaveAsync(first, Cancellation);
        second.AdvanceTo(Noon.AddMinutes(-1));
        second.MarkHandled(Document("second-handled"));
        second.MarkHandled(Document("both-tried"));
        second.SetAside(AsideDocument.First(Document("first-handled"), new FetchResult.Failed("It failed here."), Noon));
        await store.SaveAsync(second, Cancellation);

        var after = await store.ReadAsync(depot, Cancellation);
        after.Cursor.Should().Be(Noon);
        after.Handled.Contains("first-handled").Should().BeTrue();
        after.Handled.Contains("second-handled").Should().BeTrue();
        after.Aside.Keys.Should().Equal("first-set-aside");
    }

    [Fact]
    public async Task Save_first_by_two_runs_at_once_keeps_what_both_did()
    {
        await using var harness = await InboundHarness.StartAsync();
        var store = new DepotProgressStore(harness.Storage, new InboundSettings(), harness.Time);
        var depot = DepotCode.TryParse(InboundHarness.Depot, out var code, out var reason) ? code : throw new InvalidOperationException(reason);
        var first = await store.ReadAsync(depot, Cancellation);
        var second = await store.ReadAsync(depot, Cancellation);

        first.MarkHandled(Document("first"));
        second.MarkHandled(Document("second"));
        await Task.WhenAll(store.SaveAsync(first, Cancellation), store.SaveAsync(second, Cancellation));

        (await store.ReadAsync(depot, Cancellation)).Handled.Count.Should().Be(2);
    }

    [Fact]
    public async Task Save_of_more_than_one_transaction_holds_loses_none()
    {
        await using var harness = await InboundHarness.StartAsync();
        var store = new DepotProgressStore(harness.Storage, new InboundSettings(), harness.Time);
        var depot = DepotCode.TryParse(InboundHarness.Depot, out var code, out var reason) ? code : throw new InvalidOperationException(reason);
        var progress = await store.ReadAsync(depot, Cancellation);
        progress.AdvanceTo(Noon);
        foreach (var i in Enumerable.Range(0, 250))
        {
            progress.SetAside(AsideDocument.First(Document($"aside-{i}"), new FetchResult.Failed("It failed."), Noon));
        }

        foreach (var i in Enumerable.Range(0, 20_000))
        {
            progress.MarkHandled(Document($"D-{i}"));
        }

        progress = await store.SaveAsync(progress, Cancellation);
        progress.AdvanceTo(Noon.AddHours(1));
        await store.SaveAsync(progress, Cancellation);

        var after = await store.ReadAsync(depot, Cancellation);
        after.Aside.Should().HaveCount(250);
        after.Handled.Count.Should().Be(0, "no listing from this cursor shows them any more");
    }

    private static ListedDocument Document(string id) =>
        new(id, "HZ1", "DELIVERY_IMAGE", ["REQUESTING"], "image/jpeg", 1, new string('0', 64), Noon);
}
