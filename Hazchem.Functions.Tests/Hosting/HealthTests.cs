using System.Net;
using System.Text.Json;
using Hazchem.Functions.Hosting;
using Hazchem.Functions.Tests.EndToEnd;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Hosting;

public sealed class HealthTests
{
    private static readonly byte[] Photo = SamplePictures.Photo(1, width: 320, height: 240);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_nothing_wrong_is_healthy_at_two_operations_and_two_a_depot_and_none_for_some_seconds()
    {
        await using var app = await AppHarness.StartAsync();
        await app.FetchAsync();
        app.StorageCalls.Operations.Clear();

        var report = await app.CheckHealthAsync();

        report.Should().BeEquivalentTo(new { Status = HealthStatus.Healthy, Reasons = Array.Empty<HealthReason>(), Pending = 0, NeedsAttention = 0, Shadow = false });
        app.StorageCalls.Operations.Should().HaveCount(6);

        app.Time.Advance(TimeSpan.FromSeconds(5));
        await app.CheckHealthAsync();
        app.StorageCalls.Operations.Should().HaveCount(6);
    }

    [Fact]
    public async Task Check_whose_asker_has_left_is_made_for_the_others()
    {
        await using var app = await AppHarness.StartAsync();
        await app.FetchAsync();
        using var leaving = new CancellationTokenSource();
        app.StorageCalls.Before = _ => leaving.Cancel();

        (await app.CheckHealthAsync(leaving.Token)).Status.Should().Be(HealthStatus.Healthy);

        app.StorageCalls.Operations.Clear();
        await app.CheckHealthAsync();
        app.StorageCalls.Operations.Should().BeEmpty();
    }

    [Fact]
    public async Task Check_key_that_Hazchem_refuses_says_which_depot_cannot_send_since_when()
    {
        await using var app = await AppHarness.StartAsync();
        await app.FetchAsync();
        app.Network.RemoveDepot("045");
        await app.DropAndSendAsync("045/HZ1/pod/Frau Schmidt.jpg", Photo);

        var report = await app.CheckHealthAsync();

        report.Status.Should().Be(HealthStatus.Degraded);
        var reason = report.Reasons.Should().ContainSingle().Which;
        (reason.Code, reason.Depot).Should().Be(("cannotSend", "045"));
        reason.Message.Should().Contain("does not take its key");
        (report.Pending, report.NeedsAttention).Should().Be((1, 1));
    }

    [Fact]
    public async Task Check_key_missing_in_the_settings_says_which_depot()
    {
        await using var app = await AppHarness.StartAsync(("Hazchem__Depots__047__ApiKey", ""));
        await app.FetchAsync();

        (await app.CheckHealthAsync()).Reasons.Select(reason => $"{reason.Code} {reason.Depot}").Should().Equal("keyUnusable 047");
    }

    [Fact]
    public async Task Check_sync_or_file_too_old_says_so()
    {
        await using var app = await AppHarness.StartAsync();
        (await app.CheckHealthAsync()).Reasons.Select(reason => $"{reason.Code} {reason.Depot}").Should().Equal("syncLate 045", "syncLate 047");

        await app.FetchAsync();
        await app.DropAsync("045/HZ1/pod/a.jpg", Photo);
        app.Time.Advance(TimeSpan.FromMinutes(31));
        (await app.CheckHealthAsync()).Reasons.Select(reason => reason.Code).Should().Equal("syncLate", "syncLate");

        app.Time.Advance(TimeSpan.FromMinutes(30));
        await app.FetchAsync();
        (await app.CheckHealthAsync()).Reasons.Select(reason => reason.Code).Should().Equal("pendingTooLong");
    }

    [Fact]
    public async Task Check_storage_fails_is_unhealthy()
    {
        await using var app = await AppHarness.StartAsync();
        app.StorageCalls.Before = _ => throw new IOException("The account at secret.example is gone.");

        var report = await app.CheckHealthAsync();

        report.Status.Should().Be(HealthStatus.Unhealthy);
        report.Reasons.Should().ContainSingle().Which.Should().Be(new HealthReason("storage", null, "The documents' storage does not answer."));
    }

    [Fact]
    public async Task Get_through_the_host_answers_anybody_and_names_no_file()
    {
        await using var app = await HostedApp.StartAsync(("Outbound__Shadow", "true"));
        await app.RunAsync("FetchDocuments");
        await app.Storage.DropAsync("045/HZ1/cop/Frau Schmidt.txt", [1, 2, 3]);
        await app.UntilDropBoxIsEmptyAsync();
        using var client = new HttpClient { BaseAddress = app.Host.Address };

        using var answer = await client.GetAsync("api/health", Cancellation);

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        text.Should().NotContain("Schmidt").And.NotContain("key-of-");
        using var json = JsonDocument.Parse(text);
        json.RootElement.GetProperty("status").GetString().Should().Be("Healthy");
        json.RootElement.GetProperty("needsAttention").GetInt32().Should().Be(1);
        json.RootElement.GetProperty("shadow").GetBoolean().Should().BeTrue();

        using var post = await client.PostAsync("api/health", new ByteArrayContent([]), Cancellation);
        post.StatusCode.Should().NotBe(HttpStatusCode.OK);
    }
}
