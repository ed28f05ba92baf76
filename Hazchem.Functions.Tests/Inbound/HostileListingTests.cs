using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hazchem.Functions.Tests.HazchemApi;
using Hazchem.Simulator;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>Listings and contents that no Hazchem should give: the run ends within bounds, and a person hears of it.</summary>
public sealed class HostileListingTests
{
    private const int Limit = 1_000_000;

    private static readonly byte[] Megabyte = new byte[1024 * 1024];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("A", "A")]
    [InlineData("A", "B", "A")]
    [InlineData("A", "B", "C", "B")]
    public async Task Run_over_cursors_that_go_round_ends_with_a_problem(params string[] cursors)
    {
        var asked = 0;
        await using var server = await OddServer.StartAsync(context =>
        {
            var cursor = cursors[Math.Min(Interlocked.Increment(ref asked), cursors.Length) - 1];
            return context.Response.WriteAsync($$"""{"documents":[],"nextCursor":"{{cursor}}"}""", Cancellation);
        });
        await using var harness = await InboundHarness.StartAsync(("Hazchem__BaseUrl", server.Address.AbsoluteUri));

        await harness.RunAsync();

        asked.Should().Be(cursors.Length);
        (await harness.StateAsync()).Single().GetString("LastRunProblem").Should().Be("Hazchem's listing gave the same cursor twice.");
    }

    [Fact]
    public async Task Run_with_a_document_listed_as_longer_than_the_most_asks_for_none_of_it_and_shows_it()
    {
        await using var harness = await InboundHarness.StartAsync(("Inbound__MaxContentBytes", $"{Limit}"));
        harness.Publish("long", change: document => document with { Length = Limit + 1 });

        await harness.RunAsync();

        (await harness.LinkAsync("long")).GetString("State").Should().Be("Skipped");
        harness.Network.Requests.Count(route: ApiRoute.Content).Should().Be(0);
        (await harness.AttentionAsync()).Should().ContainSingle().Which.GetString("Reason")
            .Should().Be("It has 1000001 bytes; at most 1000000 are fetched (setting Inbound__MaxContentBytes).");
    }

    [Fact]
    public async Task Run_with_a_document_longer_than_listed_reads_none_of_it_and_shows_it()
    {
        await using var harness = await InboundHarness.StartAsync();
        harness.Publish("longer", RandomNumberGenerator.GetBytes(10_000_000), change: document => document with { Length = 9_000_000 });
        harness.Publish("good");
        for (var hour = 0; hour < 3; hour++)
        {
            await harness.RunLaterAsync(TimeSpan.FromHours(1));
        }

        var link = await harness.LinkAsync("longer");
        link.GetString("State").Should().Be("Waiting");
        link.GetString("Reason").Should().Be("Its content is longer than the 9000000 bytes in Hazchem's listing, so the rest was not read.");
        (await harness.AttentionAsync()).Should().ContainSingle();
        (await harness.LinkAsync("good")).GetString("State").Should().Be("Received");
        harness.StorageCalls.Operations.Where(IsWriteOf("longer")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(1_000, 0)]
    [InlineData(5_000_000, 1)]
    [InlineData(-1, 16)]
    public async Task Run_with_content_that_never_ends_reads_as_much_as_was_listed_at_most(long listed, int blocks)
    {
        await using var server = await ServeAsync(
            Listing("endless", listed),
            async context =>
            {
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(Megabyte, context.RequestAborted);
                }
            });
        await using var harness = await InboundHarness.StartAsync(("Hazchem__BaseUrl", server.Address.AbsoluteUri));

        await harness.RunAsync();

        (await harness.LinksAsync()).Should().BeEmpty();
        (await harness.AsideAsync()).Should().ContainSingle().Which.GetString("Reason").Should().StartWith("Its content is longer than ");
        harness.StorageCalls.Operations.Where(IsWriteOf("endless")).Should().HaveCount(blocks);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(8 * 1024 * 1024)]
    public async Task Run_with_content_that_does_not_say_how_long_it_is_stores_it_if_it_is_as_listed(int length)
    {
        byte[] content = [.. InboundHarness.Jpeg, .. RandomNumberGenerator.GetBytes(length - InboundHarness.Jpeg.Length)];
        await using var server = await ServeAsync(
            Listing("chunked", length, content),
            async context =>
            {
                await context.Response.StartAsync(Cancellation);
                await context.Response.Body.WriteAsync(content, Cancellation);
            });
        await using var harness = await InboundHarness.StartAsync(("Hazchem__BaseUrl", server.Address.AbsoluteUri));

        await harness.RunAsync();

        var link = await harness.LinkAsync("chunked");
        link.GetString("State").Should().Be("Received");
        SHA256.HashData(await harness.ContentAsync(link)).Should().Equal(SHA256.HashData(content));
    }

    [Theory]
    [InlineData(true, "Hazchem did not answer within 1 seconds.")]
    [InlineData(false, "Its content did not come within the time of a run.")]
    public async Task Run_with_content_that_drips_gives_it_up_for_this_time(bool saysLength, string reason)
    {
        await using var server = await ServeAsync(
            Listing("dripping", 1_000),
            async context =>
            {
                context.Response.ContentLength = saysLength ? 1_000 : null;
                for (var i = 0; i < 1_000; i++)
                {
                    await context.Response.Body.WriteAsync(Megabyte.AsMemory(0, 1), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(50, context.RequestAborted);
                }
            });
        await using var harness = await InboundHarness.StartAsync(
            ("Hazchem__BaseUrl", server.Address.AbsoluteUri), ("Hazchem__TransferTimeout", "00:00:01"), ("Inbound__RunFor", "00:00:10"));

        await harness.RunAsync();

        (await harness.AsideAsync()).Should().ContainSingle().Which.GetString("Reason").Should().Be(reason);
    }

    private static Func<string, bool> IsWriteOf(string id) =>
        operation => operation.StartsWith("PUT ", StringComparison.Ordinal) && operation.Contains($"/{id}", StringComparison.Ordinal);

    private static Task<OddServer> ServeAsync(string listing, RequestDelegate content) => OddServer.StartAsync(async context =>
    {
        try
        {
            await (context.Request.Path.Value!.EndsWith("/content", StringComparison.Ordinal)
                ? content(context)
                : context.Response.WriteAsync(listing, Cancellation));
        }
        catch (OperationCanceledException)
        {
            // The app hung up.
        }
    });

    private static string Listing(string id, long length, byte[]? content = null) => JsonSerializer.Serialize(new
    {
        documents = new[]
        {
            new
            {
                documentId = id,
                consignmentNumber = InboundHarness.Consignment,
                documentType = "DELIVERY_IMAGE",
                depotRoles = new JsonArray("REQUESTING"),
                contentType = "image/jpeg",
                length,
                sha256 = Convert.ToHexStringLower(SHA256.HashData(content ?? [])),
                availableAt = TimeProvider.System.GetUtcNow(),
            },
        },
        nextCursor = (string?)null,
    });
}
