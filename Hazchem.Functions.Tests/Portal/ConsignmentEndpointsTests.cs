using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class ConsignmentEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Documents_ofASentPhoto_sayWhatBecameOfIt()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        var photo = SamplePictures.Photo(1);
        await portal.App.DropAndSendAsync("045/hz1/delivery-image/photo.jpg", photo, ("reference", "job-1"));

        var document = await portal.DocumentAsync("hz1");

        document.GetProperty("state").GetString().Should().Be("Sent");
        document.GetProperty("direction").GetString().Should().Be("Outbound");
        document.GetProperty("reference").GetString().Should().Be("job-1");
        document.GetProperty("originalBytes").GetInt64().Should().Be(photo.Length);
        document.GetProperty("sentBytes").GetInt64().Should().BePositive();
        document.GetProperty("hazchemDocumentId").GetString().Should().NotBeEmpty();
        document.GetProperty("sentAt").GetDateTimeOffset().Should().BeOnOrAfter(document.GetProperty("firstSeenAt").GetDateTimeOffset());
        document.GetProperty("canSendAgain").GetBoolean().Should().BeFalse();

        using var content = await portal.Client.GetAsync(document.GetProperty("links").GetProperty("content").GetString(), Cancellation);
        (await content.Content.ReadAsByteArrayAsync(Cancellation)).Should().Equal(photo);
        content.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        content.Content.Headers.ContentType!.MediaType.Should().Be("application/octet-stream");
        content.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        content.Headers.GetValues("Content-Security-Policy").Single().Should().Contain("default-src 'none'").And.Contain("sandbox");
        content.Content.Headers.ContentLength.Should().Be(photo.Length);
    }

    [Fact]
    public async Task Documents_fifty_areOneTableQuery()
    {
        await using var portal = await PortalHarness.StartAsync();
        await AddAsync(portal, "HZ50", 50);
        portal.App.StorageCalls.Operations.Clear();

        var documents = (await portal.GetAsync("/consignments/HZ50/documents")).GetProperty("documents");

        documents.GetArrayLength().Should().Be(50);
        portal.App.StorageCalls.Operations.Should().ContainSingle();
    }

    [Fact]
    public async Task Documents_askedForByPages_allComeOnce()
    {
        await using var portal = await PortalHarness.StartAsync();
        await AddAsync(portal, "HZ5", 5);
        var ids = new List<string?>();
        string? next = null;
        do
        {
            var page = await portal.GetAsync($"/consignments/HZ5/documents?limit=2{(next is null ? "" : $"&next={next}")}");
            ids.AddRange(page.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("id").GetString()));
            next = page.TryGetProperty("next", out var token) ? token.GetString() : null;
        }
        while (next is not null);

        ids.Should().HaveCount(5).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Documents_unchanged_areNotSentAgain()
    {
        await using var portal = await PortalHarness.StartAsync();
        await AddAsync(portal, "HZ1", 1);
        using var first = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/consignments/HZ1/documents");
        var tag = first.Headers.ETag!.ToString();

        using var second = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/consignments/HZ1/documents", headers: ("If-None-Match", tag));
        second.StatusCode.Should().Be(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(Cancellation)).Should().BeEmpty();

        await AddAsync(portal, "HZ1", 2);
        using var third = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/consignments/HZ1/documents", headers: ("If-None-Match", tag));
        third.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("<script src=x>.jpg")]
    [InlineData("\"><img src=x onerror=alert(1)>.jpg")]
    public async Task Documents_markupInNamesReasonsAndMetadata_isTextInJson(string fileName)
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync($"045/HZ1/cop/{fileName}", SamplePictures.Scan(1), ("signed", "<b>yes</b>"), ("reference", "<script>"));

        using var answer = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/consignments/HZ1/documents");
        var text = await answer.Content.ReadAsStringAsync(Cancellation);

        text.Should().NotContain("<");
        using var json = JsonDocument.Parse(text);
        var document = json.RootElement.GetProperty("documents")[0];
        document.GetProperty("fileName").GetString().Should().Be(fileName);
        document.GetProperty("reference").GetString().Should().Be("<script>");
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
    }

    [Theory]
    [InlineData("~nonsense", 400)]
    [InlineData("..%2F..", 400)]
    [InlineData("HZ%3F", 400)]
    [InlineData("HZ-NOT-KNOWN", 200)]
    public async Task Documents_ofWhatIsNoConsignment_areAProblem(string consignment, int status)
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.SendAsync(HttpMethod.Get, $"{PortalHarness.Person}/consignments/{consignment}/documents");
        await PortalHarness.ReadAsync(answer, status);
    }

    [Fact]
    public async Task Suggestions_amongManyDocuments_areTheFirstTenInFewShortQueries()
    {
        await using var portal = await PortalHarness.StartAsync();
        await AddAsync(portal, "HZ-A", 300);
        for (var i = 0; i < 15; i++)
        {
            await AddAsync(portal, $"HZ-B{i:00}", 1);
        }

        await AddAsync(portal, "ZZ", 1);
        portal.App.StorageCalls.Operations.Clear();

        var found = (await portal.GetAsync("/consignments?prefix=hz-")).GetProperty("consignments").EnumerateArray().Select(item => item.GetString());

        found.Should().Equal(["HZ-A", .. Enumerable.Range(0, 9).Select(i => $"HZ-B{i:00}")]);
        portal.App.StorageCalls.Operations.Count.Should().BeLessThanOrEqualTo(2);
        (await portal.GetAsync("/consignments?prefix=%7E")).GetProperty("consignments").GetArrayLength().Should().Be(0);
    }

    /// <summary>Rows as the app writes them, without their files.</summary>
    private static async Task AddAsync(PortalHarness portal, string consignment, int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(100))
        {
            await portal.App.Storage.ConsignmentDocuments.SubmitTransactionAsync(
                chunk.Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, History.DocumentOf(consignment, i, portal.App.Time.GetUtcNow()))),
                Cancellation);
        }
    }
}
