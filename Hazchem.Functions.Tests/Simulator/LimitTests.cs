using System.Net;
using Hazchem.Simulator;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class LimitTests
{
    [Fact]
    public async Task Burst_is_followed_by_429_until_time_gives_tokens_back()
    {
        await using var depot = await StartAsync(new SimulatorOptions());
        for (var i = 0; i < 20; i++)
        {
            (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.OK);
        }

        using var refused = await depot.GetAsync(Since);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        (await CodeOf(refused)).Should().Be("TOO_MANY_REQUESTS");
        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        (await depot.GetAsync(Since, Key046)).StatusCode.Should().Be(HttpStatusCode.OK, "the limit is a key's own");

        depot.Clock.Advance(TimeSpan.FromMilliseconds(100));
        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await depot.GetAsync(Since)).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Retry_after_is_as_long_as_the_wait()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0.1, Burst = 1 });
        using var first = await depot.GetAsync(Since);

        using var refused = await depot.GetAsync(Since);

        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task No_limit_is_no_limit()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0 });

        var responses = await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => depot.GetAsync(Since)));

        responses.Should().OnlyContain(r => r.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Calls_under_way_above_the_limit_get_429()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 2 });
        using var uploads = new HttpClient { BaseAddress = depot.Address };
        var release = new TaskCompletionSource();
        var underWay = Enumerable.Range(1, 2)
            .Select(key => uploads.SendAsync(Post(new HeldBack(Form(Jpeg()), release.Task), $"key {key}"), TestContext.Current.CancellationToken))
            .ToList();
        while (depot.Network.UnderWay("045") < 2)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        using var refused = await depot.GetAsync(Since);
        using var other = await depot.GetAsync(Since, Key046);
        release.SetResult();
        var sent = await Task.WhenAll(underWay);
        using var after = await depot.GetAsync(Since);

        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.Should().NotBeNull();
        other.StatusCode.Should().Be(HttpStatusCode.OK);
        sent.Should().OnlyContain(r => r.StatusCode == HttpStatusCode.Created);
        after.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>Content that is sent only once it is told to.</summary>
    private sealed class HeldBack : HttpContent
    {
        private readonly HttpContent _content;
        private readonly Task _release;

        public HeldBack(HttpContent content, Task release)
        {
            (_content, _release) = (content, release);
            Headers.ContentType = content.Headers.ContentType;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            await _release;
            await _content.CopyToAsync(stream);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
