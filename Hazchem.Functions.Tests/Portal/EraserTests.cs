using System.Net;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class EraserTests
{
    private const string Consignment = "HZ-ERASED";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erase_leavesNothingOfItAndAllOfTheOthers()
    {
        await using var portal = await PortalHarness.StartAsync();
        await FillAsync(portal, Consignment);
        await FillAsync(portal, "HZ-ERASED2");
        await portal.App.DropAsync("045/hz-erased/pod/pending.jpg", SamplePictures.Photo(5, 320, 240));
        var others = await CountAsync(portal, "HZ-ERASED2");

        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
        var erased = await PortalHarness.ReadAsync(answer, 200);

        erased.GetProperty("files").GetInt32().Should().Be(4);
        (await TracesAsync(portal, Consignment)).Should().BeEmpty();
        (await CountAsync(portal, "HZ-ERASED2")).Should().Be(others);
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle(row => row.GetString("Outcome") == "Erased")
            .Which.GetString("By").Should().Be("local");
        using var again = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
        (await PortalHarness.ReadAsync(again, 200)).GetProperty("files").GetInt32().Should().Be(0);
    }

    [Fact]
    public async Task Erase_cutAnywhere_isCompleteWhenRepeated()
    {
        await using var portal = await PortalHarness.StartAsync();
        for (var at = 1; ; at += 4)
        {
            await FillAsync(portal, Consignment);
            var calls = 0;
            var cut = at;
            portal.App.StorageCalls.Before = _ =>
            {
                if (++calls == cut)
                {
                    throw new RequestFailedException("The app is gone.");
                }
            };
            using var first = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
            portal.App.StorageCalls.Before = null;
            if (calls < cut)
            {
                await PortalHarness.ReadAsync(first, 200);
                break;
            }

            await PortalHarness.ReadAsync(first, 503);
            using var second = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
            await PortalHarness.ReadAsync(second, 200);
            (await TracesAsync(portal, Consignment)).Should().BeEmpty("it was cut at call {0}", cut);
        }
    }

    [Fact]
    public async Task Erase_whileADocumentIsBeingSent_erasesNothing()
    {
        await using var portal = await PortalHarness.StartAsync();
        await FillAsync(portal, Consignment);
        var sending = (await portal.App.DocumentsAsync()).First(row => row.GetString("State") == "Sent");
        await portal.App.Storage.ConsignmentDocuments.UpdateEntityAsync(
            new TableEntity(sending.PartitionKey, sending.RowKey) { ["State"] = "Sending", ["ClaimedUntil"] = portal.App.Time.GetUtcNow().AddMinutes(5) },
            ETag.All,
            TableUpdateMode.Merge,
            Cancellation);
        var before = await CountAsync(portal, Consignment);

        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");

        (await PortalHarness.ReadAsync(answer, 409)).GetProperty("code").GetString().Should().Be("busy");
        answer.Headers.RetryAfter.Should().NotBeNull();
        (await CountAsync(portal, Consignment)).Should().Be(before);
    }

    [Fact]
    public async Task Erase_whileSomethingComes_saysThatNotAllIsGone()
    {
        await using var portal = await PortalHarness.StartAsync();
        await FillAsync(portal, Consignment);
        var came = 0;
        portal.App.StorageCalls.Before = request =>
        {
            if (request.Method == RequestMethod.Delete && request.Uri.ToString().Contains(StorageNames.ConsignmentDocumentsTable, StringComparison.Ordinal)
                && Interlocked.Exchange(ref came, 1) == 0)
            {
                portal.App.Storage.ConsignmentDocuments.AddEntity(History.DocumentOf(Consignment, 9, portal.App.Time.GetUtcNow()), Cancellation);
            }
        };

        using var first = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
        portal.App.StorageCalls.Before = null;

        (await PortalHarness.ReadAsync(first, 409)).GetProperty("code").GetString().Should().Be("busy");
        using var second = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
        await PortalHarness.ReadAsync(second, 200);
        (await TracesAsync(portal, Consignment)).Should().BeEmpty();
    }

    [Fact]
    public async Task Erase_isRecordedBeforeAnythingIsGone()
    {
        await using var portal = await PortalHarness.StartAsync();
        await FillAsync(portal, Consignment);
        var before = await CountAsync(portal, Consignment);
        portal.App.StorageCalls.Before = request =>
        {
            if (request.Method == RequestMethod.Delete)
            {
                throw new RequestFailedException("The app is gone.");
            }
        };

        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");
        portal.App.StorageCalls.Before = null;

        await PortalHarness.ReadAsync(answer, 503);
        (await CountAsync(portal, Consignment)).Should().Be(before);
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle(row => row.GetString("Outcome") == "Erased");
    }

    [Fact]
    public async Task Erase_ofWhoAskedAndLeft_goesOnToItsEnd()
    {
        await using var portal = await PortalHarness.StartAsync();
        await FillAsync(portal, Consignment);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        portal.OnRequest = context => context.RequestAborted.Register(aborted.SetResult);
        portal.App.StorageCalls.Before = request =>
        {
            if (request.Method == RequestMethod.Delete && !leaving.IsCancellationRequested)
            {
                leaving.Cancel();
                aborted.Task.Wait(Cancellation);
            }
        };
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{PortalHarness.Tms}/consignments/{Consignment}");
        await FluentActions.Awaiting(() => portal.Client.SendAsync(request, leaving.Token)).Should().ThrowAsync<OperationCanceledException>();

        while ((await TracesAsync(portal, Consignment)).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }

    [Fact]
    public async Task Erase_ofWhatIsSetAside_lastsThroughTheNextSyncs()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Network.Publish(PrintEndpointsTests.Paper("D-1", Consignment, SamplePictures.Scan(1, pages: 1)));
        portal.App.HazchemCalls.Instead = request =>
            request.RequestUri!.AbsolutePath.EndsWith("/content", StringComparison.Ordinal) ? new HttpResponseMessage(HttpStatusCode.InternalServerError) : null;
        await portal.App.FetchAsync();
        (await portal.App.RowsAsync(StorageNames.DepotStateTable)).Should().ContainSingle(row => row.RowKey.StartsWith("aside_", StringComparison.Ordinal));
        portal.App.HazchemCalls.Instead = null;

        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/{Consignment}");

        (await PortalHarness.ReadAsync(answer, 200)).GetProperty("rows").GetInt32().Should().Be(1);
        for (var run = 0; run < 3; run++)
        {
            await portal.App.FetchAsync();
            portal.App.Time.Advance(TimeSpan.FromMinutes(10));
        }

        (await TracesAsync(portal, Consignment)).Should().BeEmpty();
    }

    [Fact]
    public async Task Erase_ofAllThatHasNoAddress_isRefused()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.SendAsync(HttpMethod.Delete, $"{PortalHarness.Person}/consignments/~unaddressed");
        await PortalHarness.ReadAsync(answer, 400);
    }

    /// <summary>One sent, with its thumbnail; one refused; one that came, to be printed.</summary>
    private static async Task FillAsync(PortalHarness portal, string consignment)
    {
        portal.App.Announce(consignment);
        await portal.App.DropAndSendAsync($"045/{consignment}/pod/a.jpg", SamplePictures.Photo(1, 320, 240));
        await portal.App.DropAndSendAsync($"045/{consignment}/cop/b.jpg", SamplePictures.Photo(2, 320, 240), ("signed", "true"));
        portal.App.Network.Publish(PrintEndpointsTests.Paper($"D-{Guid.NewGuid():N}", consignment, SamplePictures.Scan(1, pages: 1)));
        await portal.App.FetchAsync();
        await portal.GetAsync("/print-queue");
        var documents = (await portal.GetAsync($"/consignments/{consignment}/documents")).GetProperty("documents").EnumerateArray();
        using var thumbnail = await portal.SendAsync(HttpMethod.Get, documents.First().GetProperty("links").GetProperty("thumbnail").GetString()!);
        thumbnail.EnsureSuccessStatusCode();
    }

    private static async Task<int> CountAsync(PortalHarness portal, string consignment) => (await TracesAsync(portal, consignment)).Count;

    /// <summary>Every blob and row that has the consignment's number anywhere.</summary>
    private static async Task<IReadOnlyList<string>> TracesAsync(PortalHarness portal, string consignment)
    {
        var traces = new List<string>();
        foreach (var container in StorageNames.Containers)
        {
            traces.AddRange((await portal.App.ListAsync(container)).Where(name => Names(name)).Select(name => $"{container}/{name}"));
        }

        foreach (var table in StorageNames.Tables)
        {
            traces.AddRange((await portal.App.RowsAsync(table)).Where(row => row.Keys.Any(column => row[column] is string text && Names(text))).Select(row => $"{table}: {row.RowKey}"));
        }

        return traces;

        bool Names(string text) => text.Split('/', '_', ' ').Contains(consignment, StringComparer.OrdinalIgnoreCase);
    }
}
