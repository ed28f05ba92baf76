using System.Text.Json;
using Azure;
using Azure.Core;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;
using Hazchem.Samples;
using Hazchem.Simulator;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Functions.Tests.Portal;

public sealed class SendingAgainTests
{
    private const string Photo = "045/HZ1/delivery-image/photo.jpg";

    private static readonly byte[] Content = SamplePictures.Photo(1, 320, 240);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rejected_sentAgain_goesBackAndIsSent()
    {
        await using var portal = await RejectedAsync();
        var refused = await portal.DocumentAsync("HZ1");
        refused.GetProperty("canSendAgain").GetBoolean().Should().BeTrue();
        refused.GetProperty("advice").GetString().Should().NotBeEmpty();

        portal.App.Network.Limits = new SizeLimits();
        await portal.PostAsync(PathOf(refused), status: 202);
        (await portal.App.ListAsync("outbound")).Should().Equal(Photo);
        (await portal.App.ListAsync("not-sent")).Should().BeEmpty();

        await portal.App.SendAsync(Photo);
        var sent = await portal.DocumentAsync("HZ1");
        sent.GetProperty("state").GetString().Should().Be("Sent");
        sent.GetProperty("canSendAgain").GetBoolean().Should().BeFalse();
        var action = sent.GetProperty("actions").EnumerateArray().Should().ContainSingle().Which;
        (action.GetProperty("action").GetString(), action.GetProperty("by").GetString()).Should().Be(("SentAgain", "local"));
        portal.App.Network.Received.Should().ContainSingle();
        (await portal.App.RowsAsync(StorageNames.NeedsAttentionTable)).Should().BeEmpty();
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Should().Contain(row => row.GetString("Outcome") == "SentAgain" && row.GetString("By") == "local");
    }

    [Fact]
    public async Task Sent_sentAgain_isNotOffered()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync(Photo, Content);
        (await CodeAsync(portal)).Should().Be("not-offered");
        (await portal.App.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Received_sentAgain_isNotOffered()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Network.Publish(PrintEndpointsTests.Paper("D-1", "HZ1", SamplePictures.Scan(1, pages: 1)));
        await portal.App.FetchAsync();
        (await CodeAsync(portal)).Should().Be("not-offered");
    }

    [Fact]
    public async Task SignedPaper_sentAgain_isStillSigned()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/cop/scan.jpg", Content, ("signed", "yes"), ("reference", "job-1"));

        await portal.PostAsync(PathOf(await portal.DocumentAsync("HZ1")), status: 202);
        await portal.App.SendAsync("045/HZ1/cop/scan.jpg");

        var document = await portal.DocumentAsync("HZ1");
        document.GetProperty("state").GetString().Should().Be("Rejected");
        document.GetProperty("reference").GetString().Should().Be("job-1");
        portal.App.Network.Received.Should().BeEmpty();
        (await portal.App.ListAsync("not-sent")).Should().ContainSingle();
    }

    [Fact]
    public async Task Rejected_anotherFileInItsPlace_staysWhereItIs()
    {
        await using var portal = await RejectedAsync();
        await portal.App.DropAsync(Photo, SamplePictures.Photo(2, 320, 240));

        (await CodeAsync(portal)).Should().Be("drop-box-taken");

        (await portal.App.ReadAsync($"not-sent/{(await portal.App.ListAsync("not-sent")).Single()}")).Should().Equal(Content);
        (await portal.App.ReadAsync($"outbound/{Photo}")).Should().NotEqual(Content);
    }

    [Fact]
    public async Task PutBack_whoseAnswerIsLost_isPutBack()
    {
        await using var portal = await RejectedAsync();
        var lost = false;
        portal.App.StorageCalls.After = (request, _) =>
        {
            if (!lost && request.Method == RequestMethod.Put && request.Uri.ToString() is var uri && uri.Contains("/outbound/", StringComparison.Ordinal) && !uri.Contains("comp=block&", StringComparison.Ordinal))
            {
                // As the client does that has no answer: once more, and then the file is there.
                lost = true;
                throw new RequestFailedException(409, "The blob already exists.", "BlobAlreadyExists", null);
            }
        };

        (await portal.App.SendAgainAsync()).Should().Be(ActionResult.Ok);

        lost.Should().BeTrue();
        (await portal.App.ReadAsync($"outbound/{Photo}")).Should().Equal(Content);
        (await portal.App.ListAsync("not-sent")).Should().BeEmpty("what was put back is kept nowhere else");
    }

    [Fact]
    public async Task Gone_withoutAnAnswer_cannotBeSentAgainAndSaysSo()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        portal.App.HazchemCalls.After = (_, _) => throw new HttpRequestException("The answer is lost.");
        await portal.App.DropAndSendAsync("045/HZ1/pod/a.jpg", Content);
        portal.App.HazchemCalls.After = null;
        await portal.App.Storage.Outbound.DeleteBlobAsync("045/HZ1/pod/a.jpg", cancellationToken: Cancellation);
        await portal.App.SweepAsync(after: TimeSpan.FromMinutes(10));

        var document = await portal.DocumentAsync("HZ1");

        document.GetProperty("state").GetString().Should().Be("Failed");
        document.GetProperty("mayHaveArrived").GetBoolean().Should().BeTrue();
        document.GetProperty("canSendAgain").GetBoolean().Should().BeFalse();
        document.GetProperty("links").TryGetProperty("content", out _).Should().BeFalse();
        document.GetProperty("advice").GetString().Should().Contain("drop the file anew");
        (await portal.App.SendAgainAsync()).Detail.Should().Contain("not kept");
        (await portal.App.EventsAsync()).Single().GetProperty("links").TryGetProperty("content", out _).Should().BeFalse();
    }

    [Fact]
    public async Task MayHaveArrived_amongOthers_isSentAgainOnlyByItself()
    {
        await using var portal = await RejectedAsync();
        var row = (await portal.App.DocumentsAsync()).Single();
        row[DocumentColumns.State] = "Failed";
        row[DocumentColumns.AmbiguousSince] = row.GetDateTimeOffset(DocumentColumns.UpdatedAt);
        await portal.Services.GetRequiredService<DocumentStorage>().ConsignmentDocuments.UpdateEntityAsync(row, ETag.All, cancellationToken: Cancellation);
        var id = $"{row.PartitionKey}/{row.RowKey}";

        (await ResultAsync(id, "HZ9/x")).GetProperty("code").GetString().Should().Be("not-offered");
        (await portal.App.ListAsync("outbound")).Should().BeEmpty();

        (await ResultAsync(id)).GetProperty("done").GetBoolean().Should().BeTrue();
        (await portal.App.ListAsync("outbound")).Should().ContainSingle();

        async Task<JsonElement> ResultAsync(params string[] ids) =>
            (await portal.PostAsync("/attention/send-again", new { ids })).GetProperty("results").EnumerateArray()
                .Single(result => result.GetProperty("id").GetString() == id);
    }

    [Fact]
    public async Task Rejected_sentAgainTwice_isOneFile()
    {
        await using var portal = await RejectedAsync();
        var path = PathOf(await portal.DocumentAsync("HZ1"));
        await portal.PostAsync(path, status: 202);
        await portal.PostAsync(path, status: 202);
        (await portal.App.ListAsync("outbound")).Should().Equal(Photo);
        (await portal.DocumentAsync("HZ1")).GetProperty("actions").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task Rejected_originalNotKept_saysSo()
    {
        await using var portal = await RejectedAsync();
        await portal.App.Storage.NotSent.DeleteBlobAsync((await portal.App.ListAsync("not-sent")).Single(), cancellationToken: Cancellation);
        (await CodeAsync(portal)).Should().Be("original-missing");
    }

    [Fact]
    public async Task Rejected_refusedOnceMoreBeforeTheCopyIsRemoved_keepsItsOriginal()
    {
        await using var portal = await RejectedAsync();
        var path = PathOf(await portal.DocumentAsync("HZ1"));
        var isSent = false;
        portal.App.StorageCalls.After = (request, _) =>
        {
            if (!isSent && request.Method == RequestMethod.Put && request.Uri.Path.Contains("/outbound/", StringComparison.Ordinal) && !request.Uri.Query.Contains("blockid", StringComparison.Ordinal))
            {
                isSent = true;
                portal.App.SendAsync(Photo).GetAwaiter().GetResult();
            }
        };

        await portal.PostAsync(path, status: 202);

        isSent.Should().BeTrue();
        (await portal.DocumentAsync("HZ1")).GetProperty("state").GetString().Should().Be("Rejected");
        (await portal.App.ListAsync("outbound")).Should().BeEmpty();
        (await portal.App.ReadAsync($"not-sent/{(await portal.App.ListAsync("not-sent")).Single()}")).Should().Equal(Content);
    }

    [Fact]
    public async Task Several_sentAgain_areEachByThemselves()
    {
        await using var portal = await RejectedAsync();
        var id = (await portal.DocumentAsync("HZ1")).GetProperty("id").GetString();
        var results = (await portal.PostAsync("/attention/send-again", new { ids = new[] { id, "HZ1/nothing" } })).GetProperty("results");
        results.EnumerateArray().Select(result => result.GetProperty("done").GetBoolean()).Should().Equal(true, false);
    }

    /// <summary>A photo that Hazchem's limit of the moment has kept out.</summary>
    private static async Task<PortalHarness> RejectedAsync()
    {
        var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        portal.App.Network.Limits = new SizeLimits { DeliveryImage = 1_000 };
        await portal.App.DropAndSendAsync(Photo, Content);
        (await portal.DocumentAsync("HZ1")).GetProperty("state").GetString().Should().Be("Rejected");
        return portal;
    }

    private static string PathOf(JsonElement document) =>
        document.GetProperty("links").GetProperty("self").GetString()![PortalHarness.Person.Length..] + "/send-again";

    private static async Task<string?> CodeAsync(PortalHarness portal)
    {
        var documents = (await portal.GetAsync("/consignments/HZ1/documents")).GetProperty("documents");
        return (await portal.PostAsync(PathOf(documents[0]), status: 409)).GetProperty("code").GetString();
    }
}
