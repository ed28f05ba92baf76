using System.IO.Compression;
using System.Text;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.HazchemApi;

/// <summary>Answers that are made to harm: each ends in an outcome, within bounds.</summary>
public sealed class HostilePartnerTests
{
    private const int Megabyte = 1024 * 1024;

    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));

    public static TheoryData<string> UnreadableListings => new()
    {
        // A million entries, and as many as fit into what is read.
        $"{{\"documents\":[{string.Join(',', Enumerable.Repeat("0", 1_000_000))}]}}",
        $"{{\"documents\":[{string.Join(',', Enumerable.Repeat("0", 500_000))}]}}",
        $"{{\"documents\":{new string('[', 500_000)}",
        $"{{\"documents\":[{{\"more\":{new string('[', 100)}{new string(']', 100)}}}]}}",
        $"{{\"documents\":[],\"nextCursor\":\"{new string('c', 500_000)}\"}}",
        "{\"documents\":{}}",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Any_call_that_is_sent_elsewhere_does_not_go_there(int status)
    {
        var elsewhere = 0;
        await using var other = await OddServer.StartAsync(_ =>
        {
            Interlocked.Increment(ref elsewhere);
            return Task.CompletedTask;
        });
        await using var server = await OddServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Address.AbsoluteUri;
            return Task.CompletedTask;
        });
        await using var services = Services(server);
        var client = services.GetRequiredService<HazchemClient>();

        (await ListAsync(client)).Should().BeOfType<ListOutcome.Unavailable>();
        (await client.GetContentAsync(HazchemHarness.Depot, "D-1", Megabyte, Cancellation)).Should().BeOfType<ContentOutcome.Unavailable>();
        (await client.SendAsync(HazchemHarness.Document(), Cancellation)).Should().BeOfType<SendOutcome.Unavailable>();
        elsewhere.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(UnreadableListings), DisableDiscoveryEnumeration = true)]
    public async Task List_that_is_too_much_is_unreadable(string body) =>
        await ExpectAsync(context => context.Response.WriteAsync(body, Cancellation), TroubleKind.UnreadableAnswer);

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task List_whose_body_never_ends_is_not_read_on(int status)
    {
        var written = 0L;
        await ExpectAsync(
            async context =>
            {
                context.Response.StatusCode = status;
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(Filler, context.RequestAborted);
                    Interlocked.Add(ref written, Filler.Length);

                    // What is written to nobody before the server sees that the app hung up counts too.
                    await Task.Delay(1, context.RequestAborted);
                }
            },
            status == 200 ? TroubleKind.UnreadableAnswer : TroubleKind.ServerError);

        Interlocked.Read(ref written).Should().BeLessThan(64 * Megabyte);
    }

    [Theory]
    [InlineData(200, TroubleKind.TimedOut)]
    [InlineData(500, TroubleKind.ServerError)]
    public async Task List_whose_body_drips_ends_with_the_attempt(int status, object trouble) => await ExpectAsync(
        async context =>
        {
            context.Response.StatusCode = status;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(Filler.AsMemory(0, 1), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        },
        (TroubleKind)trouble);

    [Fact]
    public async Task List_that_is_a_gzip_bomb_is_not_inflated()
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 1_600; i++)
            {
                await gzip.WriteAsync(Filler, Cancellation);
            }
        }

        await ExpectAsync(
            context =>
            {
                context.Request.Headers.AcceptEncoding.Should().BeEmpty();
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.Body.WriteAsync(bomb.ToArray(), Cancellation).AsTask();
            },
            TroubleKind.UnreadableAnswer);
    }

    [Fact]
    public async Task List_with_thousands_of_headers_is_no_answer() => await ExpectAsync(
        context =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                context.Response.Headers[$"X-Header-{i}"] = "a value that is not much by itself";
            }

            return context.Response.WriteAsync("""{"documents":[]}""", Cancellation);
        },
        TroubleKind.ConnectionBroken);

    [Fact]
    public async Task GetContent_that_says_it_is_longer_than_asked_for_is_not_read()
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 1_001;
            await context.Response.Body.WriteAsync(new byte[1_001], Cancellation);
        });
        await using var services = Services(server);

        var outcome = await services.GetRequiredService<HazchemClient>().GetContentAsync(HazchemHarness.Depot, "D-1", 1_000, Cancellation);

        outcome.Should().BeOfType<ContentOutcome.TooLong>();
    }

    private static async Task ExpectAsync(RequestDelegate answer, TroubleKind trouble)
    {
        await using var server = await OddServer.StartAsync(async context =>
        {
            try
            {
                await answer(context);
            }
            catch (OperationCanceledException)
            {
                // The app hung up.
            }
        });
        await using var services = Services(server);

        (await ListAsync(services.GetRequiredService<HazchemClient>())).Should().BeOfType<ListOutcome.Unavailable>().Which.Trouble.Should().Be(trouble);
    }

    private static Task<ListOutcome> ListAsync(HazchemClient client) =>
        client.ListAsync(HazchemHarness.Depot, TimeProvider.System.GetUtcNow().AddHours(-1), null, 200, Cancellation);

    private static ServiceProvider Services(OddServer server) => HazchemHarness.Services(
        HazchemHarness.Settings(server.Address) with { Retries = 0, ListTimeout = TimeSpan.FromSeconds(3) }, new CollectedLogs());
}
