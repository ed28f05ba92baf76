using System.Net;
using System.Net.Sockets;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Tests.Support;
using Hazchem.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.HazchemApi;

public sealed class HazchemClientTests
{
    private static readonly ApiRoute[] Sending = [ApiRoute.Send];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("Übergabe Tür & \"Hof\" 100% + 日本.jpg")]
    public async Task Send_a_document_arrives_with_every_field(string fileName)
    {
        await using var harness = await HazchemHarness.StartAsync();
        var capturedAt = new DateTimeOffset(2026, 6, 1, 10, 30, 0, TimeSpan.FromHours(1));

        var outcome = await harness.Client.SendAsync(
            HazchemHarness.Document(consignment: "hz1", fileName: fileName, capturedAt: capturedAt), Cancellation);

        var received = harness.Network.Received.Should().ContainSingle().Which;
        outcome.Should().BeOfType<SendOutcome.Accepted>().Which.DocumentId.Should().Be(received.DocumentId);
        received.FileName.Should().Be(fileName);
        received.Content.ToArray().Should().Equal(HazchemHarness.Jpeg);
        received.ContentType.Should().Be("image/jpeg");
        received.CapturedAt.Should().Be(capturedAt);
        received.IdempotencyKey.Should().Be("key-1");
    }

    [Fact]
    public async Task Send_again_with_the_same_key_is_accepted_and_stored_once()
    {
        await using var harness = await HazchemHarness.StartAsync();

        var first = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);
        var second = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        second.Should().Be(first);
        harness.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_other_content_with_a_used_key_is_told_apart_from_one_after_an_ambiguous_attempt()
    {
        await using var harness = await HazchemHarness.StartAsync();
        await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);
        byte[] other = [.. HazchemHarness.Jpeg, 0];

        var atOnce = await harness.Client.SendAsync(HazchemHarness.Document(content: other), Cancellation);
        harness.Network.Faults = Once(FaultKind.AnswerLost);
        var afterALostAnswer = await harness.Client.SendAsync(HazchemHarness.Document(content: other), Cancellation);

        atOnce.Should().Be(new SendOutcome.KeyUsed(AfterAmbiguousAttempt: false));
        afterALostAnswer.Should().Be(new SendOutcome.KeyUsed(AfterAmbiguousAttempt: true));
    }

    [Theory]
    [InlineData(FaultKind.Error500)]
    [InlineData(FaultKind.Error503)]
    [InlineData(FaultKind.Error429)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.Truncation)]
    [InlineData(FaultKind.Garbage)]
    [InlineData(FaultKind.AnswerLost)]
    public async Task Send_meets_short_trouble_is_accepted_and_stored_once(FaultKind kind)
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Faults = Once(kind);

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Accepted>();
        harness.Network.Received.Should().ContainSingle();
        harness.Network.Requests.Count(route: ApiRoute.Send).Should().Be(2);
    }

    [Theory]
    [InlineData(FaultKind.Error500, nameof(TroubleKind.ServerError), false)]
    [InlineData(FaultKind.Error429, nameof(TroubleKind.TooManyRequests), false)]
    [InlineData(FaultKind.Reset, nameof(TroubleKind.ConnectionBroken), true)]
    [InlineData(FaultKind.Truncation, nameof(TroubleKind.ConnectionBroken), true)]
    [InlineData(FaultKind.Garbage, nameof(TroubleKind.UnreadableAnswer), true)]
    [InlineData(FaultKind.AnswerLost, nameof(TroubleKind.ConnectionBroken), true)]
    public async Task Send_without_a_usable_answer_says_whether_it_may_have_arrived(FaultKind kind, string trouble, bool ambiguous)
    {
        await using var harness = await HazchemHarness.StartAsync(settings => settings with { Retries = 0 });
        harness.Network.Faults = Once(kind);

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        var unavailable = outcome.Should().BeOfType<SendOutcome.Unavailable>().Which;
        unavailable.Trouble.ToString().Should().Be(trouble);
        unavailable.Ambiguous.Should().Be(ambiguous);
    }

    [Fact]
    public async Task Send_gets_no_answer_in_time_is_ambiguous()
    {
        await using var harness = await HazchemHarness.StartAsync(
            settings => settings with { Retries = 1, TransferTimeout = TimeSpan.FromMilliseconds(300) });
        harness.Network.Faults = Once(FaultKind.Stall) with { Times = null };

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.Should().Match<SendOutcome.Unavailable>(
            unavailable => unavailable.Trouble == TroubleKind.TimedOut && unavailable.Ambiguous);
        harness.Network.Requests.Count(route: ApiRoute.Send).Should().Be(2);
    }

    [Fact]
    public async Task Send_whose_budget_is_used_up_ends_with_what_is_known()
    {
        await using var harness = await HazchemHarness.StartAsync(settings => settings with { Budget = TimeSpan.FromMilliseconds(500) });
        harness.Network.Faults = Once(FaultKind.Stall) with { Times = null };

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.Ambiguous.Should().BeTrue();
    }

    [Fact]
    public async Task Send_to_nobody_cannot_connect_and_is_not_ambiguous()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var services = HazchemHarness.Services(
            HazchemHarness.Settings(new Uri($"http://127.0.0.1:{port}/")) with { Retries = 1 }, new CollectedLogs());

        var outcome = await services.GetRequiredService<HazchemClient>().SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.Should().Match<SendOutcome.Unavailable>(
            unavailable => unavailable.Trouble == TroubleKind.CannotConnect && !unavailable.Ambiguous);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_is_asked_to_wait_longer_than_the_budget_gives_the_wait_back(bool asDate)
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Faults = Once(FaultKind.Error429) with { RetryAfter = TimeSpan.FromMinutes(10), RetryAfterAsDate = asDate };

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);
        var next = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Unavailable>().Which.RetryAfter.Should().BeCloseTo(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(2));
        next.Should().BeOfType<SendOutcome.Unavailable>().Which.Trouble.Should().Be(TroubleKind.TooManyRequests);
        harness.Network.Requests.Total.Should().Be(1, "a depot that was asked to wait makes no request");
    }

    [Fact]
    public async Task Send_too_large_a_document_is_refused_with_the_true_limit()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Limits = new global::Hazchem.Simulator.SizeLimits { DeliveryImage = 20 };

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Refused>().Which.Should().Match<SendOutcome.Refused>(
            refused => refused.Reason == RefusalReason.TooLarge && refused.MaxBytes == 20);
    }

    [Theory]
    [InlineData("HZ404", nameof(DocumentType.DeliveryImage), "image/jpeg", nameof(RefusalReason.ConsignmentUnknown))]
    [InlineData("HZ2", nameof(DocumentType.CustomerPaperwork), "image/tiff", nameof(RefusalReason.NotPermitted))]
    [InlineData("HZ1", nameof(DocumentType.DeliveryImage), "image/tiff", nameof(RefusalReason.FormatNotAccepted))]
    public async Task Send_what_Hazchem_refuses_is_asked_once_and_says_why(
        string consignment, string type, string contentType, string reason)
    {
        await using var harness = await HazchemHarness.StartAsync();
        var (content, fileName) = contentType == "image/tiff"
            ? (new byte[] { 0x49, 0x49, 0x2A, 0, 8, 0, 0, 0 }, "scan.tif")
            : (HazchemHarness.Jpeg, "photo.jpg");

        var outcome = await harness.Client.SendAsync(
            HazchemHarness.Document(consignment, Enum.Parse<DocumentType>(type), fileName: fileName, content: content, contentType: contentType), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Refused>().Which.Reason.ToString().Should().Be(reason);
        harness.Network.Requests.Total.Should().Be(1);
    }

    [Fact]
    public async Task Send_with_a_key_that_is_not_known_is_refused_and_logs_no_key()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.ChangeKey("045", "a-new-key");

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().BeOfType<SendOutcome.Refused>().Which.Reason.Should().Be(RefusalReason.Unauthenticated);
        $"{outcome} {string.Join('\n', harness.Logs.Lines)}".Should().NotContain(HazchemHarness.Key);
    }

    [Fact]
    public async Task Send_for_a_parked_depot_asks_nobody()
    {
        await using var harness = await HazchemHarness.StartAsync(settings => settings with
        {
            Depots = new Dictionary<DepotCode, DepotAccess> { [HazchemHarness.Depot] = new DepotAccess.Parked("Its key is empty.") },
        });

        var outcome = await harness.Client.SendAsync(HazchemHarness.Document(), Cancellation);

        outcome.Should().Be(new SendOutcome.Refused(RefusalReason.Unauthenticated, "Its key is empty."));
        harness.Network.Requests.Total.Should().Be(0);
    }

    [Fact]
    public async Task Send_cancelled_by_the_caller_throws()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Faults = Once(FaultKind.Stall);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var sending = () => harness.Client.SendAsync(HazchemHarness.Document(), cancelled.Token);

        await sending.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task List_reads_page_after_page_in_order()
    {
        await using var harness = await HazchemHarness.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var i in Enumerable.Range(0, 5))
        {
            harness.Network.Publish(Published($"D-{i}") with { AvailableAt = now.AddSeconds(-10 + i) });
        }

        var first = await ListAsync(null);
        var second = await ListAsync(first.NextCursor);
        var third = await ListAsync(second.NextCursor);

        new[] { first, second, third }.SelectMany(page => page.Documents).Select(document => document.DocumentId)
            .Should().Equal("D-0", "D-1", "D-2", "D-3", "D-4");
        third.NextCursor.Should().BeNull();
        first.Date.Should().NotBeNull();
        first.Documents[0].DepotRoles.Should().Equal("REQUESTING", "COLLECTION");

        async Task<ListOutcome.Page> ListAsync(string? cursor) =>
            (await harness.Client.ListAsync(HazchemHarness.Depot, now.AddHours(-1), cursor, 2, Cancellation))
            .Should().BeOfType<ListOutcome.Page>().Which;
    }

    [Fact]
    public async Task List_with_a_cursor_that_expired_says_so()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Publish(Published("D-1"));
        harness.Network.Publish(Published("D-2"));
        var since = TimeProvider.System.GetUtcNow().AddHours(-1);
        var page = (ListOutcome.Page)await harness.Client.ListAsync(HazchemHarness.Depot, since, null, 1, Cancellation);
        harness.Network.ExpireCursors();

        var outcome = await harness.Client.ListAsync(HazchemHarness.Depot, since, page.NextCursor, 1, Cancellation);

        outcome.Should().BeOfType<ListOutcome.CursorExpired>();
    }

    [Theory]
    [InlineData("D-1")]
    [InlineData("a/b?c#d%41 e+f\"'<>|\\~")]
    [InlineData("-")]
    public async Task GetContent_of_any_id_gives_its_bytes(string id)
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Publish(Published(id));

        var outcome = await harness.Client.GetContentAsync(HazchemHarness.Depot, id, HazchemHarness.Jpeg.Length, Cancellation);

        await using var received = outcome.Should().BeOfType<ContentOutcome.Received>().Which;
        using var content = new MemoryStream();
        await received.Stream.CopyToAsync(content, Cancellation);
        content.ToArray().Should().Equal(HazchemHarness.Jpeg);
        received.ContentType.Should().Be("image/jpeg");
    }

    [Fact]
    public async Task GetContent_cut_on_the_way_is_asked_for_again()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Publish(Published("D-1"));
        harness.Network.Faults = Once(FaultKind.Truncation) with { Routes = [ApiRoute.Content] };

        var outcome = await harness.Client.GetContentAsync(HazchemHarness.Depot, "D-1", HazchemHarness.Jpeg.Length, Cancellation);

        await using var received = outcome.Should().BeOfType<ContentOutcome.Received>().Which;
        received.Length.Should().Be(HazchemHarness.Jpeg.Length);
    }

    [Fact]
    public async Task GetContent_of_what_is_withdrawn_or_unknown_says_which()
    {
        await using var harness = await HazchemHarness.StartAsync();
        harness.Network.Publish(Published("D-1"));
        harness.Network.Withdraw("D-1");

        (await harness.Client.GetContentAsync(HazchemHarness.Depot, "D-1", HazchemHarness.Jpeg.Length, Cancellation)).Should().BeOfType<ContentOutcome.Withdrawn>();
        (await harness.Client.GetContentAsync(HazchemHarness.Depot, "D-2", HazchemHarness.Jpeg.Length, Cancellation)).Should().BeOfType<ContentOutcome.Unknown>();
    }

    private static FaultPlan Once(FaultKind kind) => new()
    {
        Rate = 1,
        Kinds = [kind],
        Routes = Sending,
        Times = 1,
        RetryAfter = TimeSpan.Zero,
    };

    private static PublishedDocument Published(string id) => new()
    {
        ConsignmentNumber = "HZ1",
        DocumentType = "DELIVERY_IMAGE",
        Content = HazchemHarness.Jpeg,
        DocumentId = id,
    };
}
