using System.Net;
using System.Text.Json.Nodes;
using Hazchem.Simulator;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class ControlApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Depots_consignments_and_documents_are_set_up_and_taken_back()
    {
        await using var depot = await StartAsync();
        await CallAsync(depot, HttpMethod.Put, "depots/047", """{"apiKey":"k47"}""");
        await CallAsync(depot, HttpMethod.Put, "consignments/HZ7", """{"delivery":"047"}""");
        var published = await CallAsync(
            depot,
            HttpMethod.Post,
            "documents",
            $$"""{"consignmentNumber":"HZ7","documentType":"CUSTOMER_PAPERWORK","content":"{{Convert.ToBase64String(Tiff())}}","listedAfter":"00:00:10"}""",
            HttpStatusCode.Created);
        var id = (string)published!["documentId"]!;

        (await depot.ListedIdsAsync(apiKey: "k47")).Should().BeEmpty();
        depot.Clock.Advance(TimeSpan.FromSeconds(10));
        (await depot.ListedIdsAsync(apiKey: "k47")).Should().Equal(id);

        await CallAsync(depot, HttpMethod.Post, "withdrawals", $$"""{"documentId":"{{id}}","stillListed":false}""");
        (await depot.ListedIdsAsync(apiKey: "k47")).Should().BeEmpty();
        (await depot.GetAsync($"/v1/documents/{id}/content", "k47")).StatusCode.Should().Be(HttpStatusCode.Gone);

        await CallAsync(depot, HttpMethod.Delete, "depots/047");
        (await depot.GetAsync(Since, "k47")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Settings_named_are_changed_and_the_others_stay()
    {
        await using var depot = await StartAsync();
        var before = await CallAsync(depot, HttpMethod.Get, "settings", expected: HttpStatusCode.OK);

        await CallAsync(
            depot,
            HttpMethod.Patch,
            "settings",
            """{"refusedAttemptsUseUpTheirKey":true,"limits":{"deliveryImage":7},"faults":{"rate":0.5,"kinds":["Stall"],"routes":["List"],"down":"Up"}}""");

        depot.Network.RefusedAttemptsUseUpTheirKey.Should().BeTrue();
        depot.Network.AcceptUnknownConsignments.Should().BeFalse();
        depot.Network.Limits.Should().Be(new SizeLimits { DeliveryImage = 7 });
        depot.Network.CallLimits.Should().Be(new CallLimits(0));
        depot.Network.Faults.Should().BeEquivalentTo(new FaultPlan { Rate = 0.5, Kinds = [FaultKind.Stall], Routes = [ApiRoute.List] });

        await CallAsync(depot, HttpMethod.Patch, "settings", before!.ToJsonString());
        depot.Network.Faults.Should().BeEquivalentTo(FaultPlan.None);
    }

    [Theory]
    [InlineData("PATCH", "settings", """{"fault":{}}""", HttpStatusCode.BadRequest)]
    [InlineData("PATCH", "settings", """{"faults":{"rate":2,"kinds":["Reset"]}}""", HttpStatusCode.BadRequest)]
    [InlineData("PATCH", "settings", """{"faults":{"kinds":["Fire"]}}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "depots/47", """{"apiKey":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "depots/047", """{}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "depots/047", """{"apiKey":"key-of-045"}""", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "consignments/...", """{}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "withdrawals", """{"documentId":"none"}""", HttpStatusCode.NotFound)]
    [InlineData("POST", "nothing", "", HttpStatusCode.NotFound)]
    public async Task Call_that_is_wrong_is_told_why(string method, string path, string body, HttpStatusCode expected)
    {
        await using var depot = await StartAsync();

        var answer = await CallAsync(depot, new HttpMethod(method), path, body, expected);

        ((string)answer!["error"]!).Should().NotBeEmpty();
    }

    [Fact]
    public async Task What_was_received_and_asked_is_told_and_reset()
    {
        await using var depot = await StartAsync();
        var content = Jpeg(123);
        using var sent = await depot.SendAsync(Post(Form(content)));

        var received = (await CallAsync(depot, HttpMethod.Get, "received", expected: HttpStatusCode.OK))!.AsArray();
        var held = received.Should().ContainSingle().Subject!;
        ((string)held["sha256"]!).Should().Be(Hash(content));
        ((int)held["length"]!).Should().Be(123);
        (await depot.Control.GetByteArrayAsync($"received/{held["documentId"]}/content", Token)).Should().Equal(content);

        var requests = await CallAsync(depot, HttpMethod.Get, "requests", expected: HttpStatusCode.OK);
        requests!.ToJsonString().Should().Be(
            """{"total":1,"counts":[{"depot":"045","route":"Send","status":201,"fault":null,"count":1}]}""");
        await CallAsync(depot, HttpMethod.Delete, "requests");
        depot.Network.Requests.Total.Should().Be(0);

        await CallAsync(depot, HttpMethod.Post, "forget-keys");
        (await depot.SendAsync(Post(Form(content)))).StatusCode.Should().Be(HttpStatusCode.Created);
        await CallAsync(depot, HttpMethod.Post, "reset");
        depot.Network.Received.Should().BeEmpty();
        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    private static async Task<JsonNode?> CallAsync(
        SimulatedDepot depot, HttpMethod method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.NoContent)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        using var response = await depot.Control.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.Should().Be(expected, text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
