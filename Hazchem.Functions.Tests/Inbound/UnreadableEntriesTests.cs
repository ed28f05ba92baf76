using System.Text.Json.Nodes;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>Entries of Hazchem's listing that are not as the contract has them.</summary>
public sealed class UnreadableEntriesTests
{
    private static readonly JsonObject NoOffset = new() { ["availableAt"] = "2026-11-22T14:03:07" };

    [Fact]
    public async Task Run_over_entries_that_leave_nothing_to_guess_fetches_their_documents()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.PublishAs("4711", new JsonObject { ["documentId"] = 4711 });
        harness.PublishAs("text", new JsonObject { ["length"] = $"{InboundHarness.Jpeg.Length + 8}" });
        harness.PublishAs("space", new JsonObject { ["availableAt"] = $"{harness.Time.GetUtcNow():u}" });

        await harness.RunAsync();

        (await harness.LinksAsync()).Should().HaveCount(3).And.OnlyContain(link => link.GetString("State") == "Received");
        (await harness.AttentionAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_over_an_entry_that_cannot_be_read_shows_it_once_and_fetches_the_others()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("first");
        harness.PublishAs("odd", NoOffset);
        harness.Publish("last");

        // It is listed each time, and longer than what is known of the overlap is remembered.
        harness.PublishAs("lasting", NoOffset, document => document with { AvailableAt = harness.Time.GetUtcNow().AddDays(1) });
        await harness.RunAsync();
        var cursor = await harness.CursorAsync();
        for (var i = 0; i < 4; i++)
        {
            harness.Publish($"D-{i}");
            await harness.RunLaterAsync();
        }

        (await harness.LinksAsync()).Should().HaveCount(6);
        var shown = await harness.AttentionAsync();
        shown.Select(entry => entry.GetString("Reason")).Should().HaveCount(2)
            .And.ContainSingle(reason => reason.Contains("its availableAt is not a time with an offset") && reason.Contains("""documentId":"odd""", StringComparison.Ordinal));
        (await harness.HealthAsync()).Should().Equal("unreadableEntries");
        (await harness.CursorAsync()).Should().BeAfter(cursor);
        harness.Logs.Lines.Count(line => line.StartsWith("4009 ")).Should().Be(2);
    }

    [Fact]
    public async Task Run_over_an_entry_that_a_person_dismissed_does_not_show_it_again()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("first");
        harness.PublishAs("odd", NoOffset, document => document with { AvailableAt = harness.Time.GetUtcNow().AddDays(1) });
        await harness.RunAsync();
        var shown = (await harness.AttentionAsync()).Single();
        await harness.Storage.NeedsAttention.DeleteEntityAsync(shown, cancellationToken: TestContext.Current.CancellationToken);

        for (var i = 0; i < 4; i++)
        {
            await harness.RunLaterAsync();
        }

        (await harness.AttentionAsync()).Should().BeEmpty();
        (await harness.HealthAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_over_a_page_in_which_nothing_can_be_read_fetches_what_is_behind_it_and_keeps_the_cursor_before_it()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "2"));
        await harness.RunAsync();
        var cursor = await harness.CursorAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        harness.PublishAs("odd-1", NoOffset);
        harness.PublishAs("odd-2", NoOffset);
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        harness.Publish("behind");

        for (var i = 0; i < 4; i++)
        {
            await harness.RunLaterAsync();
        }

        (await harness.LinkAsync("behind")).GetString("State").Should().Be("Received");
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(1);
        (await harness.AttentionAsync()).Should().HaveCount(2);
        (await harness.CursorAsync()).Should().Be(cursor);
    }

    [Fact]
    public async Task Run_over_an_entry_that_becomes_readable_fetches_its_document()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("odd");
        harness.HazchemCalls.Instead = _ => new HttpResponseMessage { Content = new StringContent("""{"documents":[{"documentId":"odd","availableAt":"today"}]}""") };
        await harness.RunAsync();
        (await harness.LinksAsync()).Should().BeEmpty();
        (await harness.AttentionAsync()).Should().ContainSingle();

        harness.HazchemCalls.Instead = null;
        await harness.RunLaterAsync(TimeSpan.FromDays(2));

        (await harness.LinkAsync("odd")).GetString("State").Should().Be("Received");
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("contentType")]
    [InlineData("consignmentNumber")]
    [InlineData("documentType")]
    public async Task Run_over_an_entry_with_a_field_of_tens_of_thousands_of_characters_stops_no_depot(string field)
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.PublishAs("odd", new JsonObject { [field] = new string('x', 70_000) });
        harness.PublishAs("roles", new JsonObject { ["depotRoles"] = new JsonArray([.. Enumerable.Range(0, 5_000).Select(i => (JsonNode)$"ROLE-{i}")]) });
        harness.Publish("good");

        for (var i = 0; i < 5; i++)
        {
            await harness.RunLaterAsync();
        }

        (await harness.EventsAsync()).Should().ContainSingle().Which.GetProperty("hazchemDocumentId").GetString().Should().Be("good");
        (await harness.AttentionAsync()).Should().HaveCount(2).And.OnlyContain(entry => entry.GetString("Reason").Length < 1_200);
        (await harness.CursorAsync()).Should().BeCloseTo(harness.Time.GetUtcNow(), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Run_over_more_unreadable_entries_than_one_run_shows_shows_the_rest_with_the_next()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "500"));
        harness.Publish("good");
        await harness.RunAsync();
        var cursor = await harness.CursorAsync();
        for (var i = 0; i < 250; i++)
        {
            harness.PublishAs($"odd-{i:000}", NoOffset);
        }

        await harness.RunLaterAsync();
        (await harness.AttentionAsync()).Should().HaveCount(200);
        (await harness.CursorAsync()).Should().Be(cursor);

        await harness.RunLaterAsync();
        (await harness.AttentionAsync()).Should().HaveCount(250);
        (await harness.CursorAsync()).Should().BeAfter(cursor);
    }
}
