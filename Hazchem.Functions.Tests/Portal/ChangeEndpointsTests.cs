using System.Text.Json;
using Hazchem.Functions.Storage;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class ChangeEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_followedByTheirCursor_missNothingAndEndRepeating()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1", "HZ2");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        await portal.App.DropAndSendAsync("nowhere.jpg", SamplePictures.Photo(2, 320, 240));
        var (first, cursor) = await FollowAsync(portal, null);
        first.Select(change => change.GetProperty("outcome").GetString()).Should().BeEquivalentTo("Sent", "NotSent");
        var sent = first.Single(change => change.GetProperty("outcome").GetString() == "Sent");
        (await portal.GetAsync(sent.GetProperty("link").GetString()![PortalHarness.Person.Length..])).GetProperty("id").GetString()
            .Should().Be(sent.GetProperty("documentId").GetString());

        portal.App.Time.Advance(TimeSpan.FromHours(3));
        await portal.App.DropAndSendAsync("045/HZ2/pod/b.jpg", SamplePictures.Photo(3, 320, 240));
        (var second, cursor) = await FollowAsync(portal, cursor);
        second.Select(change => change.GetProperty("documentId").GetString()).Should().Contain(id => id!.StartsWith("HZ2/", StringComparison.Ordinal));

        portal.App.Time.Advance(TimeSpan.FromMinutes(5));
        (_, cursor) = await FollowAsync(portal, cursor);
        (await FollowAsync(portal, cursor)).Changes.Should().BeEmpty();
    }

    [Fact]
    public async Task OfADepotThatIsNotOurs_isInChangesAndStatusAndAttention()
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync("046/HZ1/pod/a.jpg", SamplePictures.Photo(1, 320, 240));

        var change = (await FollowAsync(portal, null)).Changes.Should().ContainSingle().Which;
        change.GetProperty("outcome").GetString().Should().Be("NotSent");
        change.GetProperty("depot").GetString().Should().Be("046");
        (await portal.GetAsync("/status")).GetProperty("unaddressed").GetInt32().Should().Be(1);
        (await portal.GetAsync("/attention?depot=none")).GetProperty("items").EnumerateArray().Should().ContainSingle()
            .Which.GetProperty("depot").GetString().Should().Be("046");
        (await portal.GetAsync("/attention?depot=045")).GetProperty("items").GetArrayLength().Should().Be(0);

        portal.App.Time.Advance(TimeSpan.FromDays(1));
        await portal.App.CountDayAsync();
        (await portal.App.RowsAsync(StorageNames.DepotStateTable)).Single(row => row.RowKey.EndsWith("_046", StringComparison.Ordinal))
            .GetInt32("Unaccounted").Should().Be(0);
    }

    [Fact]
    public async Task Erasure_isAChangeWithoutALink()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/HZ1");
        await PortalHarness.ReadAsync(answer, 200);

        var change = (await FollowAsync(portal, null)).Changes.Should().ContainSingle().Which;
        change.GetProperty("outcome").GetString().Should().Be("Erased");
        change.TryGetProperty("link", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Change_writtenDownLate_isNotMissed()
    {
        await using var portal = await PortalHarness.StartAsync();
        var (_, cursor) = await FollowAsync(portal, null);

        // By another instance, whose clock is behind, or whose writing had to be tried again.
        var at = portal.App.Time.GetUtcNow().AddMinutes(-1);
        await portal.App.Storage.Activity.AddEntityAsync(History.ActivityOf("HZ-LATE", 1, at), Cancellation);

        (await FollowAsync(portal, cursor)).Changes.Should().ContainSingle().Which.GetProperty("consignment").GetString().Should().Be("HZ-LATE");
    }

    [Fact]
    public async Task Changes_byShortPages_areAllThereInOrder()
    {
        await using var portal = await PortalHarness.StartAsync();
        var begin = portal.App.Time.GetUtcNow().AddHours(-3);
        for (var i = 0; i < 7; i++)
        {
            await portal.App.Storage.Activity.AddEntityAsync(History.ActivityOf("HZ1", i, begin.AddMinutes(25 * i)), Cancellation);
        }

        var (changes, _) = await FollowAsync(portal, begin.AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), limit: 2);

        changes.Should().HaveCount(7);
        changes.Select(change => change.GetProperty("occurredAt").GetDateTimeOffset()).Should().BeInAscendingOrder();
    }

    private static async Task<(IReadOnlyList<JsonElement> Changes, string Cursor)> FollowAsync(PortalHarness portal, string? cursor, int limit = 100)
    {
        var changes = new List<JsonElement>();
        while (true)
        {
            var page = await portal.GetAsync($"/changes?limit={limit}{(cursor is null ? "" : $"&since={Uri.EscapeDataString(cursor)}")}");
            changes.AddRange(page.GetProperty("changes").EnumerateArray());
            cursor = page.GetProperty("cursor").GetString()!;
            if (!page.GetProperty("more").GetBoolean())
            {
                return (changes, cursor);
            }
        }
    }
}
