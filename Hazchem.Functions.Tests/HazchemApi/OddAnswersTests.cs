using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Tests.Support;
using Hazchem.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.HazchemApi;

public sealed class OddAnswersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_gets_an_answer_that_echoes_the_key_keeps_it_to_itself()
    {
        var (outcome, logs) = await SendAsync(context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync(
                $$"""{"code":"MALFORMED","message":"Your key {{context.Request.Headers["X-Api-Key"]}} sent\r\nforged line"}""", Cancellation);
        });

        var refused = outcome.Should().BeOfType<SendOutcome.Refused>().Which;
        refused.Reason.Should().Be(RefusalReason.Malformed);
        refused.Message.Should().NotContain(HazchemHarness.Key).And.NotContain("\n");
        string.Join('\n', logs.Lines).Should().NotContain(HazchemHarness.Key);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(201, "<html>")]
    [InlineData(201, "{}")]
    [InlineData(201, """{"documentId":"D-1","receivedAt":"yesterday"}""")]
    [InlineData(204, "")]
    public async Task Send_gets_a_success_that_cannot_be_read_is_ambiguous(int status, string body)
    {
        var (outcome, _) = await SendAsync(context =>
        {
            context.Response.StatusCode = status;
            return body.Length > 0 ? context.Response.WriteAsync(body, Cancellation) : Task.CompletedTask;
        });

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.Should().Match<SendOutcome.Unavailable>(
            unavailable => unavailable.Trouble == TroubleKind.UnreadableAnswer && unavailable.Ambiguous);
    }

    [Theory]
    [InlineData(302, nameof(TroubleKind.UnreadableAnswer))]
    [InlineData(408, nameof(TroubleKind.TimedOut))]
    [InlineData(599, nameof(TroubleKind.ServerError))]
    public async Task Send_gets_another_status_is_unavailable_and_not_ambiguous(int status, string trouble)
    {
        var (outcome, _) = await SendAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });

        var unavailable = outcome.Should().BeOfType<SendOutcome.Unavailable>().Which;
        unavailable.Trouble.ToString().Should().Be(trouble);
        unavailable.Ambiguous.Should().BeFalse();
    }

    [Fact]
    public async Task Send_is_told_that_the_hash_differs_leaves_it_to_the_caller_to_send_again_under_another_key()
    {
        var calls = 0;
        var (outcome, _) = await SendAsync(
            context =>
            {
                Interlocked.Increment(ref calls);
                context.Response.StatusCode = 422;
                return context.Response.WriteAsync(
                    """{"code":"INVALID","message":"no","errors":[{"field":"sha256","message":"does not match"}],"more":[1]}""",
                    Cancellation);
            },
            retries: 1);

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.Should().Match<SendOutcome.Unavailable>(
            unavailable => unavailable.Trouble == TroubleKind.DamagedOnTheWay && !unavailable.Ambiguous);
        calls.Should().Be(1);
    }

    [Fact]
    public async Task List_longer_than_anything_sensible_is_not_read()
    {
        var (outcome, _) = await ListAsync(async context =>
        {
            await context.Response.WriteAsync("{\"documents\":[],\"padding\":\"", Cancellation);
            var megabytes = new string('x', 1024 * 1024);
            await context.Response.WriteAsync(megabytes, Cancellation);
            await context.Response.WriteAsync("\"}", Cancellation);
        });

        outcome.Should().BeOfType<ListOutcome.Unavailable>().Which.Trouble.Should().Be(TroubleKind.UnreadableAnswer);
    }

    [Fact]
    public async Task List_with_an_entry_that_cannot_be_read_gives_the_others()
    {
        var (outcome, logs) = await ListAsync(context => context.Response.WriteAsync(
            """
            {"documents":[
              {"documentId":"D-1","consignmentNumber":"HZ1","documentType":"DELIVERY_IMAGE","depotRoles":["REQUESTING"],
               "contentType":"image/jpeg","length":"many","sha256":"","availableAt":"2026-11-22T14:03:07Z"},
              {"documentId":"D-2","availableAt":"2026-11-22T14:03:07"},
              {"documentId":"D-3","availableAt":"2026-11-22T14:03:07Z","unheard":"of"}],
             "nextCursor":""}
            """,
            Cancellation));

        var page = outcome.Should().BeOfType<ListOutcome.Page>().Which;
        page.Documents.Should().ContainSingle().Which.DocumentId.Should().Be("D-3");
        page.Unreadable.Should().Be(2);
        page.NextCursor.Should().BeNull();
        logs.Lines.Should().Contain(line => line.StartsWith("2004 "));
    }

    [Fact]
    public async Task Send_many_at_once_stays_within_Hazchems_limits()
    {
        await using var harness = await HazchemHarness.StartAsync(settings => settings with { RequestsPerSecond = 10, Retries = 0 });
        harness.Network.CallLimits = new CallLimits(RequestsPerSecond: 10, Burst: 20, Concurrency: 8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            harness.Client.SendAsync(HazchemHarness.Document(key: $"key-{i}", content: [.. HazchemHarness.Jpeg, (byte)i]), Cancellation)));

        outcomes.Should().AllBeOfType<SendOutcome.Accepted>();
        harness.Network.Requests.Count(status: 429).Should().Be(0);
    }

    private static async Task<(SendOutcome Outcome, CollectedLogs Logs)> SendAsync(RequestDelegate answer, int retries = 0)
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
            await answer(context);
        });
        var logs = new CollectedLogs();
        await using var services = HazchemHarness.Services(HazchemHarness.Settings(server.Address) with { Retries = retries }, logs);
        return (await services.GetRequiredService<HazchemClient>().SendAsync(HazchemHarness.Document(), Cancellation), logs);
    }

    private static async Task<(ListOutcome Outcome, CollectedLogs Logs)> ListAsync(RequestDelegate answer)
    {
        await using var server = await OddServer.StartAsync(answer);
        var logs = new CollectedLogs();
        await using var services = HazchemHarness.Services(HazchemHarness.Settings(server.Address) with { Retries = 0 }, logs);
        var outcome = await services.GetRequiredService<HazchemClient>().ListAsync(
            HazchemHarness.Depot, TimeProvider.System.GetUtcNow().AddHours(-1), null, 200, Cancellation);
        return (outcome, logs);
    }
}
