using System.Net;
using Hazchem.Simulator;
using static Hazchem.Functions.Tests.Simulator.SimulatedDepot;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class SendTests
{
    [Fact]
    public async Task Document_sent_is_held_as_it_was_sent()
    {
        await using var depot = await StartAsync();
        var content = Jpeg(1000);
        using var form = Form(content, fileName: "Straße é.JPG");
        form.Add(new StringContent("2026-11-22T15:01:55+01:00"), "capturedAt");

        using var response = await depot.SendAsync(Post(form, "key 1", consignment: "hz1"));

        response.StatusCode.Should().Be(HttpStatusCode.Created);
        var receipt = (await JsonOf(response))!;
        var held = depot.Network.Received.Should().ContainSingle().Subject;
        held.Should().BeEquivalentTo(new
        {
            DocumentId = (string)receipt["documentId"]!,
            Depot = "045",
            Consignment = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            FileName = "Straße é.JPG",
            ContentType = "image/jpeg",
            Sha256 = Hash(content),
            Length = 1000L,
            CapturedAt = new DateTimeOffset(2026, 11, 22, 14, 1, 55, TimeSpan.Zero),
            IdempotencyKey = "key 1",
            ReceivedAt = depot.Clock.GetUtcNow(),
        });
        held.Content.ToArray().Should().Equal(content);
    }

    [Fact]
    public async Task Same_key_and_content_again_gets_the_first_answer_and_stores_nothing()
    {
        await using var depot = await StartAsync();
        using var first = await depot.SendAsync(Post(Form(Jpeg())));
        depot.Clock.Advance(TimeSpan.FromHours(23));

        using var second = await depot.SendAsync(Post(Form(Jpeg())));

        second.StatusCode.Should().Be(HttpStatusCode.OK);
        (await JsonOf(second))!.ToJsonString().Should().Be((await JsonOf(first))!.ToJsonString());
        depot.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Same_key_and_content_many_times_at_once_is_stored_once()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0, Concurrency = 0 });

        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => depot.SendAsync(Post(Form(Jpeg())))));

        responses.Count(r => r.StatusCode == HttpStatusCode.Created).Should().Be(1);
        responses.Count(r => r.StatusCode == HttpStatusCode.OK).Should().Be(11);
        depot.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Same_key_for_other_content_is_a_conflict()
    {
        await using var depot = await StartAsync();
        using var first = await depot.SendAsync(Post(Form(Jpeg())));

        using var second = await depot.SendAsync(Post(Form(Jpeg(65))));

        second.StatusCode.Should().Be(HttpStatusCode.Conflict);
        (await CodeOf(second)).Should().Be("IDEMPOTENCY_CONFLICT");
        depot.Network.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Same_key_of_another_depot_is_another_key()
    {
        await using var depot = await StartAsync();
        using var first = await depot.SendAsync(Post(Form(Jpeg())));

        using var second = await depot.SendAsync(Post(Form(Jpeg()), apiKey: Key046));

        second.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Same_key_once_forgotten_stores_again(bool byTime)
    {
        await using var depot = await StartAsync();
        using var first = await depot.SendAsync(Post(Form(Jpeg())));
        if (byTime)
        {
            depot.Clock.Advance(TimeSpan.FromHours(24));
        }
        else
        {
            depot.Network.ForgetKeys();
        }

        using var second = await depot.SendAsync(Post(Form(Jpeg())));

        second.StatusCode.Should().Be(HttpStatusCode.Created);
        depot.Network.Received.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.Conflict)]
    [InlineData(false, HttpStatusCode.Created)]
    public async Task Key_of_a_refused_attempt_is_used_up_or_not(bool usedUp, HttpStatusCode expected)
    {
        await using var depot = await StartAsync();
        depot.Network.RefusedAttemptsUseUpTheirKey = usedUp;
        using var tooLarge = await depot.SendAsync(Post(Form(Jpeg(500_001)), "large"));
        using var damaged = await depot.SendAsync(Post(Form(Jpeg(), sha256: new string('0', 64)), "damaged"));
        tooLarge.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        damaged.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);

        using var smaller = await depot.SendAsync(Post(Form(Jpeg(400_000)), "large"));
        using var repaired = await depot.SendAsync(Post(Form(Jpeg(100)), "damaged"));
        using var forbidden = await depot.SendAsync(Post(Form(Tiff(), "CUSTOMER_PAPERWORK", "image/tiff"), "forbidden", Key046));
        using var allowed = await depot.SendAsync(Post(Form(Jpeg()), "forbidden", Key046));

        smaller.StatusCode.Should().Be(expected);
        repaired.StatusCode.Should().Be(expected);
        forbidden.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        allowed.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Key_used_up_by_a_refused_attempt_still_takes_the_same_bytes()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0, RefusedAttemptsUseUpTheirKey = true });
        depot.Network.Limits = new SizeLimits { DeliveryImage = 10 };
        using var refused = await depot.SendAsync(Post(Form(Jpeg())));
        depot.Network.Limits = new SizeLimits();

        using var again = await depot.SendAsync(Post(Form(Jpeg())));

        refused.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        again.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("documentType")]
    [InlineData("fileName")]
    [InlineData("sha256")]
    [InlineData("file")]
    public async Task Form_without_a_part_is_malformed(string missing)
    {
        await using var depot = await StartAsync();
        using var form = new MultipartFormDataContent();
        foreach (var part in Form(Jpeg()).Where(p => p.Headers.ContentDisposition!.Name != missing))
        {
            form.Add(part);
        }

        await AssertMalformedAsync(depot, Post(form));
    }

    [Theory]
    [InlineData("depot")]
    [InlineData("fileName")]
    [InlineData("file")]
    public async Task Form_with_an_unknown_or_repeated_part_is_malformed(string extra)
    {
        await using var depot = await StartAsync();
        using var form = Form(Jpeg());
        form.Add(new StringContent("x"), extra);

        await AssertMalformedAsync(depot, Post(form));
    }

    [Fact]
    public async Task Body_that_is_no_form_is_malformed()
    {
        await using var depot = await StartAsync();
        var cut = await Form(Jpeg()).ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var half = new ByteArrayContent(cut[..(cut.Length / 2)]);
        half.Headers.TryAddWithoutValidation("Content-Type", Form(Jpeg()).Headers.ContentType!.ToString());

        await AssertMalformedAsync(depot, Post(new StringContent("{}")));
        await AssertMalformedAsync(depot, Post(half));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task Idempotency_key_missing_or_too_long_is_malformed(int length)
    {
        await using var depot = await StartAsync();
        using var request = Post(Form(Jpeg()));
        request.Headers.Remove("Idempotency-Key");
        if (length > 0)
        {
            request.Headers.Add("Idempotency-Key", new string('k', length));
        }

        await AssertMalformedAsync(depot, request);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another")]
    public async Task Key_missing_or_wrong_is_unauthenticated(string? key)
    {
        await using var depot = await StartAsync();
        using var request = Post(Form(Jpeg()));
        request.Headers.Remove("X-Api-Key");
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        using var response = await depot.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await CodeOf(response)).Should().Be("UNAUTHENTICATED");
    }

    [Fact]
    public async Task Key_changed_or_removed_is_wrong_from_then_on()
    {
        await using var depot = await StartAsync();
        depot.Network.ChangeKey("045", "new");
        depot.Network.RemoveDepot("046").Should().BeTrue();

        (await depot.GetAsync(Since, Key045)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await depot.GetAsync(Since, "new")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await depot.GetAsync(Since, Key046)).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Customer_paperwork_of_the_delivery_depot_is_not_permitted()
    {
        await using var depot = await StartAsync();

        using var delivery = await depot.SendAsync(Post(Form(Tiff(), "CUSTOMER_PAPERWORK", "image/tiff"), apiKey: Key046));
        using var requesting = await depot.SendAsync(Post(Form(Tiff(), "CUSTOMER_PAPERWORK", "image/tiff")));

        delivery.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await CodeOf(delivery)).Should().Be("DEPOT_NOT_PERMITTED");
        requesting.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("HZ2")]
    [InlineData("HZ3")]
    [InlineData("...")]
    [InlineData("HZ%2F1")]
    public async Task Consignment_unknown_or_of_others_is_not_found(string consignment)
    {
        await using var depot = await StartAsync();
        depot.Network.AddConsignment("HZ3", "046", "046", null);

        using var response = await depot.SendAsync(Post(Form(Jpeg()), consignment: consignment));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await CodeOf(response)).Should().Be("CONSIGNMENT_UNKNOWN");
    }

    [Fact]
    public async Task Consignment_never_announced_is_taken_where_that_is_allowed()
    {
        await using var depot = await StartAsync(new SimulatorOptions { RequestsPerSecond = 0, AcceptUnknownConsignments = true });

        using var response = await depot.SendAsync(Post(Form(Tiff(), "CUSTOMER_PAPERWORK", "image/tiff"), consignment: "ANY-1"));
        using var bad = await depot.SendAsync(Post(Form(Jpeg()), "k2", consignment: "..-"));

        response.StatusCode.Should().Be(HttpStatusCode.Created);
        bad.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await depot.ListedIdsAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("DELIVERY_IMAGE", "image/jpeg", 500_000)]
    [InlineData("CUSTOMER_PAPERWORK", "image/tiff", 2_000_000)]
    [InlineData("PROOF_OF_DELIVERY", "image/tiff", 1_000_000)]
    public async Task File_over_its_limit_is_too_large_and_the_limit_is_told(string type, string contentType, int limit)
    {
        await using var depot = await StartAsync();
        byte[] Content(int length) => contentType == "image/jpeg" ? Jpeg(length) : Tiff(length);

        using var over = await depot.SendAsync(Post(Form(Content(limit + 1), type, contentType), "over"));
        using var at = await depot.SendAsync(Post(Form(Content(limit), type, contentType), "at"));

        over.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        ((long)(await JsonOf(over))!["maxBytes"]!).Should().Be(limit);
        at.StatusCode.Should().Be(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("DELIVERY_IMAGE", "image/tiff", true)]
    [InlineData("CUSTOMER_PAPERWORK", "image/jpeg", false)]
    [InlineData("PROOF_OF_DELIVERY", "image/png", false)]
    [InlineData("DELIVERY_IMAGE", "image/jpeg", true)]
    [InlineData("PROOF_OF_DELIVERY", "image/tiff", false)]
    public async Task Content_of_the_wrong_type_is_not_accepted(string type, string contentType, bool tiffBytes)
    {
        await using var depot = await StartAsync();

        using var response = await depot.SendAsync(Post(Form(tiffBytes ? Tiff() : Jpeg(), type, contentType)));

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await CodeOf(response)).Should().Be("FORMAT_NOT_ACCEPTED");
    }

    [Theory]
    [InlineData("PHOTO", "photo.jpg", null, "2026-11-22T14:01:55Z", "documentType")]
    [InlineData("DELIVERY_IMAGE", "photo.tif", null, "2026-11-22T14:01:55Z", "fileName")]
    [InlineData("DELIVERY_IMAGE", "", null, "2026-11-22T14:01:55Z", "fileName")]
    [InlineData("DELIVERY_IMAGE", "photo.jpg", "ABC", "2026-11-22T14:01:55Z", "sha256")]
    [InlineData("DELIVERY_IMAGE", "photo.jpg", "0000000000000000000000000000000000000000000000000000000000000000", "2026-11-22T14:01:55Z", "sha256")]
    [InlineData("DELIVERY_IMAGE", "photo.jpg", null, "2026-11-22T14:01:55", "capturedAt")]
    public async Task Field_that_is_wrong_is_named(string type, string fileName, string? sha256, string capturedAt, string field)
    {
        await using var depot = await StartAsync();
        using var form = Form(Jpeg(), type, fileName: fileName, sha256: sha256);
        form.Add(new StringContent(capturedAt), "capturedAt");

        using var response = await depot.SendAsync(Post(form));

        response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        ((string)(await JsonOf(response))!["errors"]!.AsArray().Should().ContainSingle().Subject!["field"]!).Should().Be(field);
        depot.Network.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task Document_sent_is_listed_to_the_others_it_concerns_and_not_to_its_sender()
    {
        await using var depot = await StartAsync();
        depot.Network.AddConsignment("HZ4", "046", "045", "046");
        using var image = await depot.SendAsync(Post(Form(Jpeg()), "1", consignment: "HZ4"));
        using var paperwork = await depot.SendAsync(Post(Form(Tiff(), "CUSTOMER_PAPERWORK", "image/tiff"), "2"));
        using var proof = await depot.SendAsync(Post(Form(Jpeg(), "PROOF_OF_DELIVERY"), "3"));

        (await depot.ListedIdsAsync()).Should().BeEmpty();
        (await depot.ListedIdsAsync(apiKey: Key046)).Should().Equal(
            (string)(await JsonOf(image))!["documentId"]!, (string)(await JsonOf(paperwork))!["documentId"]!);
    }

    private static async Task AssertMalformedAsync(SimulatedDepot depot, HttpRequestMessage request)
    {
        using var response = await depot.SendAsync(request);
        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await CodeOf(response)).Should().Be("MALFORMED");
        depot.Network.Received.Should().BeEmpty();
    }
}
