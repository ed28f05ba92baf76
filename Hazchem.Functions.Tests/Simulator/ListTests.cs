using System.Net;
using System.Text.Json;
using Hazchem.Simulator;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class ListTests
{
    [Fact]
    public async Task Document_published_is_listed_as_the_contract_has_it()
    {
        await using var depot = await StartAsync();
        var content = Jpeg(300);
        depot.Publish("D-1", content: content);

        var page = await depot.ListAsync();

        page.ToJsonString().Should().Be(
            """{"documents":[{"documentId":"D-1","consignmentNumber":"HZ1","documentType":"DELIVERY_IMAGE","depotRoles":["REQUESTING","COLLECTION"],"contentType":"image/jpeg","length":300,"sha256":"HASH","availableAt":"2026-11-22T14:03:07.120Z"}],"nextCursor":null}"""
                .Replace("HASH", Hash(content)));
    }

    [Fact]
    public async Task Document_with_an_entry_of_its_own_is_listed_as_that()
    {
        await using var depot = await StartAsync();
        depot.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = Jpeg(),
            ListedAs = JsonSerializer.Deserialize<JsonElement>("[1,2]"),
        });
        using var client = new HttpClient { BaseAddress = depot.Address, DefaultRequestHeaders = { { "X-Api-Key", Key045 } } };

        (await client.GetStringAsync(Since, TestContext.Current.CancellationToken)).Should().Be("""{"documents":[[1,2]],"nextCursor":null}""");
    }

    [Fact]
    public async Task Clock_that_is_off_stamps_documents_and_answers()
    {
        await using var depot = await StartAsync();
        depot.Network.ClockOffset = TimeSpan.FromDays(-1);
        depot.Publish("D-1");

        using var answer = await depot.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Since) { Headers = { { "X-Api-Key", Key045 } } }, TestContext.Current.CancellationToken);

        answer.Headers.Date.Should().Be(new DateTimeOffset(2026, 11, 21, 14, 3, 7, TimeSpan.Zero));
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("2026-11-21T14:03:07.120Z");
    }

    [Fact]
    public async Task Types_are_listed_to_the_depots_that_they_concern()
    {
        await using var depot = await StartAsync();
        depot.Publish("image");
        depot.Publish("paperwork", "CUSTOMER_PAPERWORK");

        (await depot.ListedIdsAsync()).Should().Equal("image");
        (await depot.ListedIdsAsync(apiKey: Key046)).Should().Equal("paperwork");
    }

    [Fact]
    public async Task Pages_with_equal_times_list_each_document_once_in_order()
    {
        await using var depot = await StartAsync();
        foreach (var id in new[] { "c", "B", "a", "D", "e" })
        {
            depot.Publish(id);
        }

        depot.Clock.Advance(TimeSpan.FromMilliseconds(1));
        depot.Publish("A");

        var ids = new List<string>();
        var pages = 0;
        for (string? cursor = string.Empty; cursor is not null; pages++)
        {
            var page = await depot.ListAsync(Since + "&pageSize=2" + (cursor.Length > 0 ? "&cursor=" + cursor : string.Empty));
            ids.AddRange(page["documents"]!.AsArray().Select(d => (string)d!["documentId"]!));
            cursor = (string?)page["nextCursor"];
        }

        ids.Should().Equal("B", "D", "a", "c", "e", "A");
        pages.Should().Be(3);
    }

    [Fact]
    public async Task Changed_since_includes_its_own_time_and_nothing_before()
    {
        await using var depot = await StartAsync();
        depot.Publish("before");
        depot.Clock.Advance(TimeSpan.FromMilliseconds(1));
        depot.Publish("at");

        (await depot.ListedIdsAsync("/v1/documents?changedSince=2026-11-22T15:03:07.121%2B01:00")).Should().Equal("at");
    }

    [Fact]
    public async Task Document_listed_late_appears_behind_others_and_not_to_a_listing_that_went_past_it()
    {
        await using var depot = await StartAsync();
        depot.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = Jpeg(),
            DocumentId = "late",
            ListedAfter = TimeSpan.FromMinutes(5),
        });
        depot.Clock.Advance(TimeSpan.FromSeconds(1));
        depot.Publish("early-1");
        depot.Publish("early-2");

        var first = await depot.ListAsync(Since + "&pageSize=1");
        (await depot.GetAsync("/v1/documents/late/content")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        depot.Clock.Advance(TimeSpan.FromMinutes(5));

        (await depot.ListedIdsAsync(Since + "&cursor=" + first["nextCursor"])).Should().Equal("early-2");
        (await depot.ListedIdsAsync()).Should().Equal("late", "early-1", "early-2");
        (await depot.GetAsync("/v1/documents/late/content")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cursor_an_hour_old_or_told_to_expire_is_gone(bool byTime)
    {
        await using var depot = await StartAsync();
        depot.Publish();
        depot.Publish();
        var next = Since + "&cursor=" + (await depot.ListAsync(Since + "&pageSize=1"))["nextCursor"];
        depot.Clock.Advance(TimeSpan.FromMinutes(59));
        (await depot.ListedIdsAsync(next)).Should().ContainSingle();

        if (byTime)
        {
            depot.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        else
        {
            depot.Network.ExpireCursors();
        }

        using var response = await depot.GetAsync(next);
        response.StatusCode.Should().Be(HttpStatusCode.Gone);
        (await CodeOf(response)).Should().Be("CURSOR_EXPIRED");
    }

    [Fact]
    public async Task Cursor_of_another_depot_or_time_or_made_up_is_invalid()
    {
        await using var depot = await StartAsync();
        depot.Publish();
        depot.Publish();
        var cursor = (string)(await depot.ListAsync(Since + "&pageSize=1"))["nextCursor"]!;

        await AssertInvalidAsync(depot, $"{Since}&cursor={cursor}", "cursor", Key046);
        await AssertInvalidAsync(depot, $"/v1/documents?changedSince=2020-01-01T00:00:01Z&cursor={cursor}", "cursor");
        await AssertInvalidAsync(depot, $"{Since}&cursor=A{cursor[1..]}x", "cursor");
        await AssertInvalidAsync(depot, $"{Since}&cursor=", "cursor");
    }

    [Theory]
    [InlineData("/v1/documents", "changedSince")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00", "changedSince")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00+00:00", "changedSince")]
    [InlineData("/v1/documents?changedSince=2026-02-30T13:45:00Z", "changedSince")]
    [InlineData(Since + "&pageSize=0", "pageSize")]
    [InlineData(Since + "&pageSize=501", "pageSize")]
    [InlineData(Since + "&pageSize=-1", "pageSize")]
    [InlineData(Since + "&pageSize=1&pageSize=2", "pageSize")]
    public async Task Query_that_is_wrong_is_invalid(string path, string field)
    {
        await using var depot = await StartAsync();

        await AssertInvalidAsync(depot, path, field);
    }

    [Fact]
    public async Task Date_of_every_answer_is_from_the_clock_that_stamps_documents()
    {
        await using var depot = await StartAsync();

        using var good = await depot.GetAsync(Since);
        depot.Clock.Advance(TimeSpan.FromDays(1));
        using var bad = await depot.GetAsync(Since, "wrong");

        good.Headers.Date.Should().Be(new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.Zero));
        bad.Headers.Date.Should().Be(new DateTimeOffset(2026, 11, 23, 14, 3, 7, TimeSpan.Zero));
    }

    [Fact]
    public async Task Document_published_wrongly_on_purpose_is_listed_so()
    {
        await using var depot = await StartAsync();
        depot.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = Jpeg(10),
            AvailableAt = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            Sha256 = new string('0', 64),
            Length = 11,
            DepotRoles = ["DELIVERY"],
            VisibleTo = ["045", "046"],
            SentBy = "046",
        });

        var document = (await depot.ListAsync())["documents"]![0]!;

        ((string)document["sha256"]!).Should().Be(new string('0', 64));
        ((int)document["length"]!).Should().Be(11);
        document["depotRoles"]!.ToJsonString().Should().Be("""["DELIVERY"]""");
        ((string)document["availableAt"]!).Should().Be("2026-11-01T00:00:00.000Z");
        (await depot.ListedIdsAsync(apiKey: Key046)).Should().BeEmpty();
    }

    [Fact]
    public async Task Document_that_nobody_could_see_or_whose_id_is_taken_is_not_published()
    {
        await using var depot = await StartAsync();
        var document = new PublishedDocument { ConsignmentNumber = "HZ9", DocumentType = "DELIVERY_IMAGE", Content = Jpeg(), DocumentId = "x" };

        depot.Network.Invoking(n => n.Publish(document)).Should().Throw<ArgumentException>().WithMessage("*HZ9 was not announced*");
        depot.Network.Publish(document with { VisibleTo = ["045"] }).Should().Be("x");
        depot.Network.Invoking(n => n.Publish(document with { VisibleTo = ["045"] })).Should().Throw<ArgumentException>().WithMessage("*x already*");
        depot.Network.Invoking(n => n.Publish(document with { DocumentId = "é", VisibleTo = ["045"] })).Should().Throw<ArgumentException>();
    }

    private static async Task AssertInvalidAsync(SimulatedDepot depot, string path, string field, string apiKey = Key045)
    {
        using var response = await depot.GetAsync(path, apiKey);
        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        ((string)(await JsonOf(response))!["errors"]![0]!["field"]!).Should().Be(field);
    }
}
