using System.Text;
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
    [InlineData("""{"documentId":4711,"receivedAt":"2026-11-22T14:03:07Z"}""", 2026)]
    [InlineData("""{"documentId":"4711","receivedAt":"0001-01-01T00:00:00Z"}""", 1601)]
    public async Task Send_gets_a_success_that_is_odd_but_clear_is_accepted(string body, int year)
    {
        var (outcome, _) = await SendAsync(context => context.Response.WriteAsync(body, Cancellation));

        var accepted = outcome.Should().BeOfType<SendOutcome.Accepted>().Which;
        (accepted.DocumentId, accepted.ReceivedAt.Year).Should().Be(("4711", year));
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

    [Theory]
    [InlineData("\"documentId\":12345678901234567890123", "12345678901234567890123")]
    [InlineData("\"documentId\":\"D-1\",\"length\":\"7\"", "D-1")]
    [InlineData("\"documentId\":\"D-1\",\"availableAt\":\"2026-11-22 14:03:07+00:00\"", "D-1")]
    [InlineData("\"documentId\":\"D-1\",\"sha256\":\"ABCDEF\"", "D-1")]
    [InlineData("\"documentId\":\"D-1\",\"unheard\":[\"of\"]", "D-1")]
    public async Task List_with_an_entry_that_leaves_nothing_to_guess_reads_it(string fields, string id)
    {
        var page = await ListAsync($$"""{"length":7,"sha256":"abcdef","availableAt":"2026-11-22T14:03:07Z",{{fields}}}""");

        page.Unreadable.Should().BeEmpty();
        page.Documents.Should().ContainSingle().Which.Should().BeEquivalentTo(new
        {
            DocumentId = id,
            Length = 7,
            Sha256 = "abcdef",
            AvailableAt = new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.Zero),
        });
    }

    [Theory]
    [InlineData("null", "it is empty")]
    [InlineData("42", "it is not an object")]
    [InlineData("{}", "its documentId is not 1 to 128 printable ASCII characters")]
    [InlineData("""{"documentId":""}""", "its documentId is not 1 to 128 printable ASCII characters")]
    [InlineData("""{"documentId":"Dürr"}""", "its documentId is not 1 to 128 printable ASCII characters")]
    [InlineData("""{"documentId":"<129>"}""", "its documentId is not 1 to 128 printable ASCII characters")]
    [InlineData("""{"documentId":1.5}""", "its documentId is of the wrong kind")]
    [InlineData("""{"documentId":"\uD800"}""", "its documentId is of the wrong kind")]
    [InlineData("""{"documentId":"<not UTF-8>"}""", "its documentId is of the wrong kind")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07"}""", "its availableAt is not a time with an offset")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","length":"many"}""", "its length is of the wrong kind")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","consignmentNumber":"<129>"}""", "its consignmentNumber is too long")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","documentType":"<129>"}""", "its documentType is too long")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","depotRoles":["<129>"]}""", "its depotRoles is too long")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","depotRoles":["","","","","","","","","","",""]}""", "its depotRoles is too long")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","contentType":"<129>"}""", "its contentType is too long")]
    [InlineData("""{"documentId":"D-1","availableAt":"2026-11-22T14:03:07Z","sha256":"<129>"}""", "its sha256 is too long")]
    public async Task List_with_an_entry_that_cannot_be_read_says_why_and_gives_the_others(string entry, string reason)
    {
        entry = entry.Replace("<129>", new string('1', 129), StringComparison.Ordinal);

        var page = await ListAsync(entry, """{"documentId":"D-2","availableAt":"2026-11-22T14:03:07Z"}""", entry);

        page.Documents.Should().ContainSingle().Which.DocumentId.Should().Be("D-2");
        var unreadable = page.Unreadable.Should().ContainSingle().Which;
        unreadable.Reason.Should().Be(reason);
        unreadable.Raw.Should().Be(entry.Replace("<not UTF-8>", "\uFFFD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_with_an_unreadable_entry_that_changes_but_for_its_id_has_one_key_for_it()
    {
        var first = await ListAsync("""{"documentId":"D-1","availableAt":"today","link":"https://example.com/1"}""");
        var second = await ListAsync("""{"documentId":"D-1","availableAt":"today","link":"https://example.com/2"}""");
        var other = await ListAsync("""{"documentId":"D-2","availableAt":"today","link":"https://example.com/2"}""");

        second.Unreadable.Single().Key.Should().Be(first.Unreadable.Single().Key).And.NotBe(other.Unreadable.Single().Key);
    }

    [Fact]
    public async Task List_with_a_long_unreadable_entry_keeps_a_part_of_it()
    {
        var page = await ListAsync($$"""{"documentId":"{{new string('x', 100_000)}}"}""");

        page.Unreadable.Single().Raw.Should().HaveLength(1_001).And.EndWith("…");
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

    private static async Task<ListOutcome.Page> ListAsync(params string[] entries)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"documents":[{{string.Join(',', entries)}}],"nextCursor":""}""");
        for (var at = 0; (at = body.AsSpan().IndexOf("<not UTF-8>"u8)) >= 0;)
        {
            body = [.. body[..at], 0xC3, .. body[(at + "<not UTF-8>".Length)..]];
        }

        await using var server = await OddServer.StartAsync(context => context.Response.Body.WriteAsync(body, Cancellation).AsTask());
        await using var services = HazchemHarness.Services(HazchemHarness.Settings(server.Address) with { Retries = 0 }, new CollectedLogs());
        var outcome = await services.GetRequiredService<HazchemClient>().ListAsync(
            HazchemHarness.Depot, TimeProvider.System.GetUtcNow().AddHours(-1), null, 200, Cancellation);
        return outcome.Should().BeOfType<ListOutcome.Page>().Which;
    }
}
