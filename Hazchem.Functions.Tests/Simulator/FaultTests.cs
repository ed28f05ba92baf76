using System.Net;
using Hazchem.Simulator;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary>Each fault as a caller meets it. The caller here is a plain one, since faults break the contract.</summary>
public sealed class FaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKind.Error500, HttpStatusCode.InternalServerError)]
    [InlineData(FaultKind.Error503, HttpStatusCode.ServiceUnavailable)]
    public async Task Server_error_comes_without_a_body_and_stores_nothing(FaultKind kind, HttpStatusCode status)
    {
        await using var depot = await StartAsync();
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [kind] };

        using var response = await depot.SendAsync(Post(Form(Jpeg())));

        response.StatusCode.Should().Be(status);
        response.Content.Headers.ContentLength.Should().Be(0);
        depot.Network.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Too_many_requests_comes_with_retry_after_in_either_form(bool asDate)
    {
        await using var depot = await StartAsync();
        depot.Network.Faults = new FaultPlan
        {
            Rate = 1,
            Kinds = [FaultKind.Error429],
            RetryAfter = TimeSpan.FromSeconds(7),
            RetryAfterAsDate = asDate,
        };

        using var response = await depot.GetAsync(Since);

        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.Should().Be(asDate ? null : TimeSpan.FromSeconds(7));
        response.Headers.RetryAfter.Date.Should().Be(asDate ? new DateTimeOffset(2026, 11, 22, 14, 3, 14, TimeSpan.Zero) : null);
    }

    [Theory]
    [InlineData(FaultKind.Reset, 0)]
    [InlineData(FaultKind.AnswerLost, 1)]
    public async Task Connection_breaks_before_or_after_the_document_is_stored(FaultKind kind, int stored)
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [kind] };

        await caller.Awaiting(c => c.SendAsync(Post(Form(Jpeg(400_000))), Token)).Should().ThrowAsync<HttpRequestException>();

        depot.Network.Received.Should().HaveCount(stored);
        depot.Network.Requests.Counts.Should().Equal(new RequestCount("045", ApiRoute.Send, 0, kind, 1));
    }

    [Fact]
    public async Task Answer_lost_once_is_made_good_by_the_same_key()
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.AnswerLost], Times = 1 };
        await caller.Awaiting(c => c.SendAsync(Post(Form(Jpeg())), Token)).Should().ThrowAsync<HttpRequestException>();

        using var again = await depot.SendAsync(Post(Form(Jpeg())));

        again.StatusCode.Should().Be(HttpStatusCode.OK);
        depot.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Stall_gives_no_answer_for_its_time_and_then_breaks()
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Stall], StallFor = TimeSpan.FromMinutes(3) };

        var sending = caller.SendAsync(Post(Form(Jpeg())), Token);
        while (depot.Network.Requests.Total == 0)
        {
            await Task.Delay(10, Token);
        }

        sending.IsCompleted.Should().BeFalse();
        while (!sending.IsCompleted)
        {
            depot.Clock.Advance(TimeSpan.FromMinutes(3));
            await Task.Delay(10, Token);
        }

        await sending.Awaiting(s => s).Should().ThrowAsync<HttpRequestException>();
        depot.Network.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData(ApiRoute.Send)]
    [InlineData(ApiRoute.List)]
    [InlineData(ApiRoute.Content)]
    public async Task Truncation_ends_the_body_before_its_length(ApiRoute route)
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        var id = depot.Publish(content: Jpeg(100_000));
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Truncation] };
        using var request = RequestFor(route, id);

        using var response = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);

        response.IsSuccessStatusCode.Should().BeTrue();
        response.Content.Headers.ContentLength.Should().BeGreaterThan(0);
        await response.Content.Awaiting(c => c.ReadAsByteArrayAsync(Token)).Should().ThrowAsync<HttpRequestException>();
        depot.Network.Received.Should().HaveCount(route == ApiRoute.Send ? 1 : 0);
    }

    [Theory]
    [InlineData(ApiRoute.Send, 201)]
    [InlineData(ApiRoute.List, 200)]
    [InlineData(ApiRoute.Content, 200)]
    public async Task Garbage_is_a_success_that_breaks_the_contract(ApiRoute route, int status)
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        var contract = await HazchemContract.LoadAsync(Token);
        var id = depot.Publish();
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Garbage] };

        for (var i = 0; i < 6; i++)
        {
            using var request = RequestFor(route, id, "key " + i);
            using var response = await caller.SendAsync(request, Token);

            ((int)response.StatusCode).Should().Be(status);
            contract.ProblemsOf(await ContractRequest.ReadAsync(request, Token), await ContractResponse.ReadAsync(response, Token)).Should().NotBeEmpty();
        }

        depot.Network.Received.Should().HaveCount(route == ApiRoute.Send ? 3 : 0, "every other call is done all the same");
    }

    [Fact]
    public async Task Altered_content_has_the_length_but_not_the_bytes()
    {
        await using var depot = await StartAsync();
        var content = Jpeg(1001);
        var id = depot.Publish(content: content);
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.AlteredContent] };

        using var response = await depot.GetAsync($"/v1/documents/{id}/content");
        var altered = await response.Content.ReadAsByteArrayAsync(Token);

        altered.Should().HaveCount(1001).And.StartWith(content[..500]);
        Hash(altered).Should().NotBe(Hash(content));
        (await depot.ListedIdsAsync()).Should().Equal(id);
        depot.Network.Requests.Counts.Should().Equal(
            new RequestCount("045", ApiRoute.List, 200, null, 1), new RequestCount("045", ApiRoute.Content, 200, FaultKind.AlteredContent, 1));
    }

    [Fact]
    public async Task Down_breaks_or_refuses_every_call_until_it_is_up()
    {
        await using var depot = await StartAsync();
        using var caller = new HttpClient { BaseAddress = depot.Address };
        depot.Network.Faults = new FaultPlan { Down = DownMode.Abort };
        using (var request = RequestFor(ApiRoute.List, string.Empty))
        {
            await caller.Awaiting(c => c.SendAsync(request, Token)).Should().ThrowAsync<HttpRequestException>();
        }

        depot.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        depot.Network.Faults = FaultPlan.None;
        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.OK);

        depot.Network.Requests.Total.Should().Be(3);
        depot.Network.Requests.Count("045", ApiRoute.List, 0).Should().Be(1);
        depot.Network.Requests.Count(status: 503).Should().Be(1);
        depot.Network.Requests.Reset();
        depot.Network.Requests.Total.Should().Be(0);
    }

    [Fact]
    public async Task Routes_that_are_not_named_do_not_fail()
    {
        await using var depot = await StartAsync();
        depot.Network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error500], Routes = [ApiRoute.Send] };

        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await depot.SendAsync(Post(Form(Jpeg())))).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task Same_seed_gives_the_same_faults_at_about_the_rate()
    {
        await using var depot = await StartAsync();
        var plan = new FaultPlan { Rate = 0.3, Kinds = [FaultKind.Error500, FaultKind.Error503, FaultKind.Error429], Seed = 42 };

        var first = await RunAsync(plan);
        var second = await RunAsync(plan);
        var other = await RunAsync(plan with { Seed = 43 });

        second.Should().Equal(first);
        other.Should().NotEqual(first);
        first.Count(s => s != HttpStatusCode.OK).Should().BeInRange(15, 45);

        async Task<List<HttpStatusCode>> RunAsync(FaultPlan faults)
        {
            depot.Network.Faults = faults;
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < 100; i++)
            {
                using var response = await depot.GetAsync(Since);
                statuses.Add(response.StatusCode);
            }

            return statuses;
        }
    }

    [Fact]
    public async Task Plan_that_is_not_sound_is_refused()
    {
        await using var depot = await StartAsync();

        depot.Network.Invoking(n => n.Faults = new FaultPlan { Rate = 1.1, Kinds = [FaultKind.Reset] }).Should().Throw<ArgumentException>();
        depot.Network.Invoking(n => n.Faults = new FaultPlan { Rate = 0.5 }).Should().Throw<ArgumentException>();
    }

    private static HttpRequestMessage RequestFor(ApiRoute route, string documentId, string idempotencyKey = "k1")
    {
        if (route == ApiRoute.Send)
        {
            return Post(Form(Jpeg()), idempotencyKey);
        }

        var request = new HttpRequestMessage(HttpMethod.Get, route == ApiRoute.List ? Since : $"/v1/documents/{documentId}/content");
        request.Headers.Add("X-Api-Key", Key045);
        return request;
    }
}
