using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>A clock of Hazchem's that is wrong: in the answers' <c>Date</c>, in the documents' stamps, or both.</summary>
public sealed class WrongClockTests
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<TimeSpan> Leaps => [TimeSpan.FromDays(3650), TimeSpan.FromDays(1), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(-20), TimeSpan.FromDays(-1)];

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task Run_by_a_clock_that_leaps_and_comes_back_fetches_each_document_once(TimeSpan leap)
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("before");
        await harness.RunAsync();

        harness.Network.ClockOffset = leap;
        for (var i = 0; i < 3; i++)
        {
            harness.Publish($"during-{i}");
            await harness.RunLaterAsync();
            (await harness.CursorAsync()).Should().BeOnOrBefore(harness.Time.GetUtcNow() + Tolerance);
        }

        // Stamped by the wrong clock, and listed when the clock is right again.
        harness.Publish("during-late", change: document => document with { ListedAfter = TimeSpan.FromMinutes(5) });
        harness.Network.ClockOffset = TimeSpan.Zero;
        harness.Publish("after");
        await harness.RunLaterAsync();
        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Select(link => link.GetString("HazchemDocumentId"))
            .Should().BeEquivalentTo("before", "during-0", "during-1", "during-2", "during-late", "after");
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(6);
        (await harness.EventsAsync()).Should().HaveCount(6);
    }

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task Run_by_a_wrong_clock_is_shown_to_a_person_and_in_health_until_it_is_right_again(TimeSpan leap)
    {
        await using var harness = await InboundHarness.StartAsync();
        await harness.RunAsync();
        var cursor = await harness.CursorAsync();

        harness.Network.ClockOffset = leap;
        await harness.RunLaterAsync();
        await harness.RunLaterAsync();

        (await harness.CursorAsync()).Should().Be(cursor);
        var shown = (await harness.AttentionAsync()).Should().ContainSingle().Which;
        shown.GetString("Reason").Should().StartWith("Hazchem's clock says ");
        (await harness.HealthAsync()).Should().Equal("clockOff");

        harness.Network.ClockOffset = TimeSpan.Zero;
        await harness.RunLaterAsync();

        (await harness.AttentionAsync()).Should().BeEmpty();
        (await harness.HealthAsync()).Should().BeEmpty();
        (await harness.CursorAsync()).Should().BeAfter(cursor);
        harness.StorageCalls.Operations.Clear();
        await harness.RunLaterAsync();
        harness.StorageCalls.Operations.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public async Task Run_over_a_document_stamped_far_off_fetches_it_once_and_shows_it(string availableAt)
    {
        await using var harness = await InboundHarness.StartAsync();
        await harness.RunAsync();
        harness.PublishAs("odd", new JsonObject { ["availableAt"] = availableAt }, document => document with { AvailableAt = harness.Time.GetUtcNow().AddYears(1) });
        harness.Publish("right");

        // It is listed each time, and longer than what is known of the overlap is remembered.
        for (var i = 0; i < 5; i++)
        {
            await harness.RunLaterAsync();
        }

        (await harness.LinksAsync()).Should().HaveCount(2);
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(2);
        (await harness.EventsAsync()).Should().HaveCount(2);
        (await harness.AttentionAsync()).Should().ContainSingle().Which.GetString("Reason").Should().StartWith("Hazchem lists a document dated ");
        (await harness.HealthAsync()).Should().Equal("clockOff");
        (await harness.CursorAsync()).Should().BeOnOrBefore(harness.Time.GetUtcNow() + Tolerance);
    }

    [Fact]
    public async Task Run_without_a_Date_moves_the_cursor_with_its_documents_and_never_past_our_clock()
    {
        await using var harness = await InboundHarness.StartAsync();
        await harness.RunAsync();
        var cursor = await harness.CursorAsync();
        harness.HazchemCalls.After = (_, answer) => answer.Headers.Date = null;

        await harness.RunLaterAsync();
        (await harness.CursorAsync()).Should().Be(cursor);
        (await harness.AttentionAsync()).Should().BeEmpty();

        var at = harness.Time.GetUtcNow();
        harness.Publish("now", change: document => document with { AvailableAt = at });
        harness.Publish("ahead", change: document => document with { AvailableAt = at.AddDays(1) });
        await harness.RunLaterAsync();
        await harness.RunLaterAsync();

        (await harness.CursorAsync()).Should().BeCloseTo(at, TimeSpan.FromMilliseconds(1));
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(2);
        (await harness.StateAsync()).Single().GetDateTimeOffset("LastCompleteRunAt").Should().BeOnOrAfter(at);
    }

    [Fact]
    public async Task Run_from_a_cursor_that_an_older_version_left_in_the_future_begins_again_and_fetches_nothing_twice()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("known");
        await harness.RunAsync();
        await harness.RunLaterAsync();
        var state = (await harness.StateAsync()).Single();
        state["Cursor"] = harness.Time.GetUtcNow().AddYears(10);
        state["Handled00"] = Array.Empty<byte>();
        await harness.Storage.DepotState.UpdateEntityAsync(state, state.ETag, TableUpdateMode.Replace, Cancellation);
        harness.Time.Advance(TimeSpan.FromDays(2));
        harness.Publish("missed", change: document => document with { AvailableAt = harness.Time.GetUtcNow().AddDays(-1) });

        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Select(link => link.GetString("HazchemDocumentId")).Should().BeEquivalentTo("known", "missed");
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(2);
        (await harness.EventsAsync()).Should().HaveCount(2);
        (await harness.CursorAsync()).Should().BeCloseTo(harness.Time.GetUtcNow(), Tolerance);
        harness.Logs.Lines.Should().Contain(line => line.StartsWith("4011 "));
    }
}
