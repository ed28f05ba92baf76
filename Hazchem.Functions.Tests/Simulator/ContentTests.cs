using System.Net;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class ContentTests
{
    [Theory]
    [InlineData("DELIVERY_IMAGE", "image/jpeg", Key045)]
    [InlineData("CUSTOMER_PAPERWORK", "image/tiff", Key046)]
    public async Task Content_comes_with_the_type_and_length_that_were_listed(string type, string contentType, string apiKey)
    {
        await using var depot = await StartAsync();
        var content = contentType == "image/jpeg" ? Jpeg(100_000) : Tiff(100_000);
        var id = depot.Publish(type: type, content: content);

        using var response = await depot.GetAsync($"/v1/documents/{id}/content", apiKey);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be(contentType);
        response.Content.Headers.ContentLength.Should().Be(100_000);
        Hash(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Should().Be(Hash(content));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("?#&+ \"'")]
    [InlineData("../content")]
    public async Task Id_of_odd_characters_is_one_segment_of_the_path(string id)
    {
        await using var depot = await StartAsync();
        depot.Publish("other");
        depot.Publish(id, content: Jpeg(77));

        using var response = await depot.GetAsync($"/v1/documents/{Uri.EscapeDataString(id)}/content");

        response.Content.Headers.ContentLength.Should().Be(77);
    }

    [Fact]
    public async Task Document_unknown_or_of_others_is_not_found()
    {
        await using var depot = await StartAsync();
        var id = depot.Publish();

        foreach (var path in new[] { "/v1/documents/none/content", $"/v1/documents/{id}/content" })
        {
            using var response = await depot.GetAsync(path, Key046);
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
            (await CodeOf(response)).Should().Be("DOCUMENT_UNKNOWN");
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Document_taken_back_is_gone_and_still_listed_or_not(bool stillListed, int listed)
    {
        await using var depot = await StartAsync();
        var id = depot.Publish();
        depot.Network.Withdraw(id, stillListed).Should().BeTrue();

        using var response = await depot.GetAsync($"/v1/documents/{id}/content");

        response.StatusCode.Should().Be(HttpStatusCode.Gone);
        (await CodeOf(response)).Should().Be("DOCUMENT_WITHDRAWN");
        (await depot.ListedIdsAsync()).Should().HaveCount(listed);
        depot.Network.Withdraw("none").Should().BeFalse();
    }
}
