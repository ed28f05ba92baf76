using System.Security.Cryptography;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Inbound;

public sealed class FetchDocumentsTests
{
    private static readonly ApiRoute[] Content = [ApiRoute.Content];

    [Fact]
    public async Task Fetch_refusedKeyForHalfAnHour_isShownToAPersonUntilItIsRightAgain()
    {
        await using var app = await InboundHarness.StartAsync();
        app.Network.ChangeKey(InboundHarness.Depot, "another-key");
        await app.RunLaterAsync();
        await app.RunLaterAsync();
        (await app.AttentionAsync()).Should().BeEmpty();
        await app.RunLaterAsync();
        (await app.AttentionAsync()).Should().ContainSingle().Which.GetString("Reason").Should().Contain("401");

        app.Network.ChangeKey(InboundHarness.Depot, $"key-of-{InboundHarness.Depot}");
        await app.RunLaterAsync();
        (await app.AttentionAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_a_new_document_stores_links_and_tells_it()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D/1", InboundHarness.Tiff, "CUSTOMER_PAPERWORK");

        await harness.RunAsync();

        var link = await harness.LinkAsync("D/1");
        link.PartitionKey.Should().Be(InboundHarness.Consignment);
        link.RowKey.Should().Be($"inbound_cop_{InboundHarness.Depot}_D_2F1");
        link.GetString("State").Should().Be("Received");
        link.GetString("Blob").Should().Be($"inbound/{InboundHarness.Depot}/{InboundHarness.Consignment}/cop/D_2F1.tif");
        (await harness.ContentAsync(link)).Should().Equal(InboundHarness.Tiff);
        var told = (await harness.EventsAsync()).Should().ContainSingle().Which;
        told.GetProperty("outcome").GetString().Should().Be("Received");
        told.GetProperty("blob").GetString().Should().Be(link.GetString("Blob"));
        (await harness.AttentionAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_a_thousand_new_documents_fetches_each_once_and_the_next_run_none()
    {
        await using var harness = await InboundHarness.StartAsync();
        var now = harness.Time.GetUtcNow();
        foreach (var i in Enumerable.Range(0, 1_000))
        {
            // Within the overlap, so that the second run is shown all of them again.
            harness.Publish(
                $"D-{i:0000}", change: document => document with { AvailableAt = now.AddMinutes(-4).AddMilliseconds(i / 3 * 100) });
        }

        await harness.RunAsync();
        var operations = harness.StorageCalls.Operations.Count;
        var first = harness.Network.Requests;
        first.Count(route: ApiRoute.Content).Should().Be(1_000);
        first.Count(route: ApiRoute.List).Should().Be(5);
        (await harness.LinksAsync()).Should().HaveCount(1_000);
        operations.Should().BeLessThanOrEqualTo((1_000 * 4) + (5 * 2));
        var told = await harness.EventsAsync();
        told.Should().HaveCount(1_000);
        told.Select(e => e.GetProperty("id").GetString()).Should().OnlyHaveUniqueItems();

        harness.Network.Requests.Reset();
        harness.StorageCalls.Operations.Clear();
        await harness.RunAsync();

        harness.Network.Requests.Count(route: ApiRoute.List).Should().Be(5);
        harness.Network.Requests.Total.Should().Be(5);
        harness.StorageCalls.Operations.Should().HaveCountLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Run_with_nothing_new_makes_one_request_and_two_storage_operations()
    {
        await using var harness = await InboundHarness.StartAsync();
        await harness.RunAsync();
        harness.Network.Requests.Reset();
        harness.StorageCalls.Operations.Clear();

        await harness.RunLaterAsync();

        harness.Network.Requests.Total.Should().Be(1);
        harness.StorageCalls.Operations.Should().HaveCount(2);
    }

    [Fact]
    public async Task Run_after_a_document_was_listed_late_fetches_it()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("late", change: document => document with { ListedAfter = TimeSpan.FromMinutes(5) });
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        harness.Publish("prompt");

        await harness.RunAsync();
        (await harness.LinksAsync()).Select(link => link.GetString("HazchemDocumentId")).Should().Equal("prompt");
        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task Run_over_documents_with_one_time_on_several_pages_fetches_all()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "2"));
        var at = harness.Time.GetUtcNow().AddMinutes(-1);
        foreach (var i in Enumerable.Range(0, 7))
        {
            harness.Publish($"same-{i}", change: document => document with { AvailableAt = at });
        }

        await harness.RunAsync();
        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Should().HaveCount(7);
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(7);
    }

    [Fact]
    public async Task Run_whose_cursor_expires_midway_starts_the_listing_again()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "2"));
        foreach (var i in Enumerable.Range(0, 6))
        {
            harness.Publish($"D-{i}");
        }

        var expired = false;
        harness.StorageCalls.Before = request =>
        {
            if (!expired && request.Uri.Path.Contains("$batch", StringComparison.Ordinal))
            {
                expired = true;
                harness.Network.ExpireCursors();
            }
        };
        await harness.RunAsync();

        (await harness.LinksAsync()).Should().HaveCount(6);
        harness.Network.Requests.Count(route: ApiRoute.List, status: 410).Should().Be(1);
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(6);
    }

    [Fact]
    public async Task Run_with_a_document_that_is_not_what_was_listed_holds_up_none_and_keeps_it_in_the_end()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("good-1");
        harness.Publish("bad", change: document => document with { Sha256 = new string('0', 64) });
        harness.Publish("short", change: document => document with { Length = 1_000 });
        harness.Publish("good-2");

        await harness.RunAsync();
        (await harness.LinksAsync()).Select(link => link.GetString("HazchemDocumentId")).Should().BeEquivalentTo("good-1", "good-2");
        (await harness.AsideAsync()).Should().HaveCount(2);
        await harness.RunLaterAsync();
        await harness.RunLaterAsync();
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(6, "the third attempt comes an hour later");
        await harness.RunLaterAsync(TimeSpan.FromHours(1));

        var link = await harness.LinkAsync("bad");
        link.GetString("State").Should().Be("Flagged");
        link.GetString("Reason").Should().Contain("SHA-256");
        (await harness.ContentAsync(link)).Should().StartWith(InboundHarness.Jpeg);
        (await harness.LinkAsync("short")).GetString("State").Should().Be("Flagged");
        (await harness.AsideAsync()).Should().BeEmpty();
        (await harness.AttentionAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task Run_with_altered_content_fetches_it_again_with_the_next_run()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1");
        harness.Network.Faults = Fault(FaultKind.AlteredContent, times: 1);

        await harness.RunAsync();
        await harness.RunLaterAsync();

        (await harness.LinkAsync("D-1")).GetString("State").Should().Be("Received");
        (await harness.AsideAsync()).Should().BeEmpty();
        (await harness.AttentionAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_another_format_than_announced_keeps_it_as_what_it_is()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1", InboundHarness.Png);

        await harness.RunAsync();

        var link = await harness.LinkAsync("D-1");
        link.GetString("State").Should().Be("Flagged");
        link.GetString("Blob").Should().EndWith("/D-1.png");
        (await harness.AttentionAsync()).Should().ContainSingle();
        (await harness.EventsAsync()).Should().ContainSingle();
    }

    [Theory]
    [InlineData("INVOICE", "REQUESTING", "HZ1")]
    [InlineData("PROOF_OF_DELIVERY", "REQUESTING", "HZ1")]
    [InlineData("CUSTOMER_PAPERWORK", "COLLECTION", "HZ1")]
    [InlineData("DELIVERY_IMAGE", "DELIVERY", "HZ1")]
    [InlineData("DELIVERY_IMAGE", "REQUESTING", "no/number")]
    [InlineData("DELIVERY_IMAGE", "REQUESTING", "..")]
    public async Task Run_with_a_document_that_is_not_expected_records_it_as_skipped_and_shows_it(string type, string role, string consignment)
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1", type: type, change: document => document with { DepotRoles = [role], ConsignmentNumber = consignment });

        await harness.RunAsync();
        await harness.RunLaterAsync();

        (await harness.LinkAsync("D-1")).GetString("State").Should().Be("Skipped");
        (await harness.AttentionAsync()).Should().ContainSingle().Which.GetString("Reason").Should().NotBeEmpty();
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(0);
        (await harness.EventsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_a_withdrawn_document_records_it_and_never_asks_again()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1");
        harness.Network.Withdraw("D-1");

        await harness.RunAsync();
        await harness.RunLaterAsync();

        (await harness.LinkAsync("D-1")).GetString("State").Should().Be("Withdrawn");
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(1);
    }

    [Fact]
    public async Task Run_in_which_every_document_fails_stops_and_sets_none_aside()
    {
        await using var harness = await InboundHarness.StartAsync();
        foreach (var i in Enumerable.Range(0, 50))
        {
            harness.Publish($"D-{i:00}");
        }

        harness.Network.Faults = Fault(FaultKind.Error500, times: null);
        await harness.RunAsync();

        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(20, "five at either end are tried, each twice");
        (await harness.AsideAsync()).Should().BeEmpty();
        (await harness.StateAsync()).Single().GetString("LastRunProblem").Should().NotBeEmpty();

        harness.Network.Faults = FaultPlan.None;
        await harness.RunLaterAsync();
        (await harness.LinksAsync()).Should().HaveCount(50);
    }

    [Fact]
    public async Task Run_in_which_every_document_fails_again_and_again_comes_before_a_person()
    {
        await using var harness = await InboundHarness.StartAsync();
        foreach (var i in Enumerable.Range(0, 6))
        {
            harness.Publish($"D-{i}", change: document => document with { Length = 1_000 });
        }

        foreach (var hour in Enumerable.Range(0, 7))
        {
            await harness.RunLaterAsync(TimeSpan.FromHours(1));
        }

        (await harness.LinksAsync()).Should().HaveCount(6).And.OnlyContain(link => link.GetString("State") == "Flagged");
        (await harness.AttentionAsync()).Should().HaveCount(6);
    }

    [Fact]
    public async Task Run_with_a_document_that_never_comes_shows_it_and_gives_it_up_after_a_week()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("good");
        harness.Publish("bad");
        harness.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error500], Routes = Content };

        await harness.RunAsync();
        await harness.RunLaterAsync();
        (await harness.AttentionAsync()).Should().BeEmpty();
        await harness.RunLaterAsync(TimeSpan.FromHours(1));
        (await harness.LinkAsync("bad")).GetString("State").Should().Be("Waiting");
        (await harness.AttentionAsync()).Should().HaveCount(2);

        harness.Time.Advance(TimeSpan.FromDays(7));
        await harness.RunAsync();

        (await harness.LinkAsync("bad")).GetString("State").Should().Be("Failed");
        (await harness.AttentionAsync()).Should().HaveCount(2);
        (await harness.AsideAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_a_waiting_document_that_comes_at_last_links_it_and_shows_it_no_more()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1");
        harness.Network.Faults = Fault(FaultKind.Error500, times: null);
        await harness.RunAsync();
        await harness.RunLaterAsync();
        await harness.RunLaterAsync(TimeSpan.FromHours(1));
        (await harness.AttentionAsync()).Should().ContainSingle();

        harness.Network.Faults = FaultPlan.None;
        await harness.RunLaterAsync(TimeSpan.FromHours(1));

        (await harness.LinkAsync("D-1")).GetString("State").Should().Be("Received");
        (await harness.AttentionAsync()).Should().BeEmpty();
        (await harness.EventsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Run_that_is_cut_goes_on_with_the_next_one()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "10"));
        foreach (var i in Enumerable.Range(0, 60))
        {
            harness.Publish($"D-{i:00}", change: document => document with { AvailableAt = harness.Time.GetUtcNow().AddMinutes(-120 + i) });
        }

        using var cut = new CancellationTokenSource();
        harness.StorageCalls.Before = _ =>
        {
            if (harness.Network.Requests.Count(route: ApiRoute.Content) >= 25)
            {
                cut.Cancel();
            }
        };
        await harness.RunAsync(cut.Token);
        harness.StorageCalls.Before = null;
        var linked = (await harness.LinksAsync()).Count;
        linked.Should().BeInRange(20, 30);
        (await harness.CursorAsync()).Should().BeBefore(harness.Time.GetUtcNow().AddMinutes(-80));

        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Should().HaveCount(60);
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().BeLessThanOrEqualTo(60 + 5, "only what was in hand is fetched again");
        (await harness.AsideAsync()).Should().BeEmpty();
        (await harness.EventsAsync()).Select(e => e.GetProperty("id").GetString()).Distinct().Should().HaveCount(60);
    }

    [Fact]
    public async Task Two_runs_at_once_link_each_document_once()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__PageSize", "10"));
        await using var other = await harness.StartBesideAsync(("Inbound__PageSize", "7"));
        foreach (var i in Enumerable.Range(0, 40))
        {
            harness.Publish($"D-{i:00}");
        }

        harness.Publish("bad", change: document => document with { Length = 1_000 });
        await Task.WhenAll(harness.RunAsync(), other.RunAsync());

        (await harness.LinksAsync()).Should().HaveCount(40);
        (await harness.EventsAsync()).Select(e => e.GetProperty("id").GetString()).Distinct().Should().HaveCount(40);
        (await harness.AsideAsync()).Should().ContainSingle();
        harness.Network.Requests.Reset();
        await harness.RunAsync();
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().BeLessThanOrEqualTo(1, "only what is set aside is tried again");
    }

    [Fact]
    public async Task Run_with_a_document_longer_than_memory_allows_stores_it_whole()
    {
        await using var harness = await InboundHarness.StartAsync();
        byte[] content = [.. InboundHarness.Tiff, .. RandomNumberGenerator.GetBytes(9_500_000)];
        harness.Publish("large", content, "CUSTOMER_PAPERWORK");

        await harness.RunAsync();

        var link = await harness.LinkAsync("large");
        link.GetInt64("OriginalBytes").Should().Be(content.Length);
        SHA256.HashData(await harness.ContentAsync(link)).Should().Equal(SHA256.HashData(content));
    }

    [Fact]
    public async Task Run_with_storage_failing_midway_loses_nothing()
    {
        await using var harness = await InboundHarness.StartAsync();
        foreach (var i in Enumerable.Range(0, 20))
        {
            harness.Publish($"D-{i:00}");
        }

        var writes = 0;
        harness.StorageCalls.Before = request =>
        {
            if (request.Uri.Path.Contains("document-events", StringComparison.Ordinal) && Interlocked.Increment(ref writes) == 9)
            {
                throw new Azure.RequestFailedException(503, "The storage account is away.");
            }
        };
        await harness.RunAsync();
        harness.StorageCalls.Before = null;
        await harness.RunLaterAsync();

        (await harness.LinksAsync()).Should().HaveCount(20);
        (await harness.EventsAsync()).Select(e => e.GetProperty("id").GetString()).Distinct().Should().HaveCount(20);
        (await harness.AsideAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Run_with_a_refused_key_sets_nothing_aside()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("D-1");
        harness.Network.ChangeKey(InboundHarness.Depot, "another");

        await harness.RunAsync();
        harness.Network.ChangeKey(InboundHarness.Depot, $"key-of-{InboundHarness.Depot}");
        await harness.RunLaterAsync();

        (await harness.LinkAsync("D-1")).GetString("State").Should().Be("Received");
    }

    [Fact]
    public async Task Run_reads_the_cursor_from_Hazchems_clock()
    {
        await using var harness = await InboundHarness.StartAsync();
        var before = harness.Time.GetUtcNow();

        await harness.RunAsync();

        (await harness.CursorAsync()).Should().BeOnOrAfter(before.AddSeconds(-1)).And.BeOnOrBefore(harness.Time.GetUtcNow());
        (await harness.CursorAsync()).Millisecond.Should().Be(0, "an HTTP date has whole seconds");
    }

    private static FaultPlan Fault(FaultKind kind, int? times) =>
        new() { Rate = 1, Kinds = [kind], Routes = Content, Times = times };
}
