using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Azure.Core;
using Hazchem.Functions.Storage;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Portal;

public sealed class DropEndpointsTests
{
    private const string Folder = "/drop-box/045/HZ1/pod";
    private const string Path = Folder + "/";

    private static readonly byte[] Photo = SamplePictures.Photo(1, 320, 240);

    private static readonly byte[] Other = SamplePictures.Photo(2, 320, 240);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a%20photo%20%281%29%20%26%202%25.jpg", "a photo (1) & 2%.jpg")]
    [InlineData("%3Cscript%3E.jpg", "<script>.jpg")]
    [InlineData("d%C3%A9livery.jpg", "délivery.jpg")]
    [InlineData("photo%20%231.jpg", "photo #1.jpg")]
    [InlineData("which%3F.jpg", "which?.jpg")]
    [InlineData("a%2541.jpg", "a%41.jpg")]
    public async Task Put_isADropLikeAnyOther(string encoded, string fileName)
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");

        using var answer = await PutAsync(portal, encoded, Photo, ("X-Reference", "job-1"), ("X-Captured-At", "2026-11-22T14:03:07Z"));
        var name = (await PortalHarness.ReadAsync(answer, 201)).GetProperty("name").GetString()!;
        name.Should().Be($"045/HZ1/pod/{fileName}");
        await portal.App.SendAsync(name);

        var document = await portal.DocumentAsync("HZ1");
        document.GetProperty("state").GetString().Should().Be("Sent");
        document.GetProperty("fileName").GetString().Should().Be(fileName);
        document.GetProperty("reference").GetString().Should().Be("job-1");
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle(row => row.GetString("Outcome") == "Dropped")
            .Which.GetString("By").Should().Be("TMS");
        var changes = (await portal.GetAsync("/changes")).GetProperty("changes").EnumerateArray();
        changes.Select(change => change.GetProperty("documentId").GetString()).Distinct().Should().ContainSingle("both speak of one document");
    }

    [Fact]
    public async Task Put_signedPaper_isRefusedAsEver()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.Client.SendAsync(Request("/drop-box/045/HZ1/cop/a.jpg", Photo, ("X-Signed", "yes")), Cancellation);
        await portal.App.SendAsync((await PortalHarness.ReadAsync(answer, 201)).GetProperty("name").GetString()!);
        (await portal.DocumentAsync("HZ1")).GetProperty("state").GetString().Should().Be("Rejected");
    }

    [Fact]
    public async Task Put_plainNameInTheAddress_isTaken()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.Client.SendAsync(Request(Path + "a%20photo%20(1).jpg", Photo), Cancellation);
        (await PortalHarness.ReadAsync(answer, 201)).GetProperty("name").GetString().Should().Be("045/HZ1/pod/a photo (1).jpg");
    }

    [Theory]
    [InlineData("a%2541.jpg")]
    [InlineData("a%231.jpg")]
    [InlineData("a%3F.jpg")]
    [InlineData("d%C3%A9livery.jpg")]
    public async Task Put_nameInTheAddressThatWouldNotGetThrough_isRefused(string encoded)
    {
        await using var portal = await PortalHarness.StartAsync();
        using var answer = await portal.Client.SendAsync(Request(Path + encoded, Photo), Cancellation);
        (await PortalHarness.ReadAsync(answer, 400)).GetProperty("detail").GetString().Should().Contain("X-File-Name");
        (await portal.App.ListAsync("outbound")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*")]
    public async Task Put_anotherFileUnderThatName_isNotOverwritten(string? onlyNew)
    {
        await using var portal = await PortalHarness.StartAsync();
        (string, string)[] headers = onlyNew is null ? [] : [("If-None-Match", onlyNew)];
        using var first = await PutAsync(portal, "a.jpg", Photo, headers);
        await PortalHarness.ReadAsync(first, 201);
        using var second = await PutAsync(portal, "a.jpg", Other, headers);
        (await PortalHarness.ReadAsync(second, 412)).GetProperty("code").GetString().Should().Be("exists");
        (await portal.App.ReadAsync("outbound/045/HZ1/pod/a.jpg")).Should().Equal(Photo);
    }

    [Fact]
    public async Task Put_theSameFileTwice_isOneDrop()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var first = await PutAsync(portal, "a.jpg", Photo, ("X-Signed", "false"));
        await PortalHarness.ReadAsync(first, 201);
        using var second = await PutAsync(portal, "a.jpg", Photo, ("X-Signed", "false"));
        await PortalHarness.ReadAsync(second, 200);
        second.Headers.ETag.Should().Be(first.Headers.ETag).And.NotBeNull();
        (await portal.App.RowsAsync(StorageNames.ActivityTable)).Should().ContainSingle();

        using var said = await PutAsync(portal, "a.jpg", Photo, ("X-Signed", "true"));
        await PortalHarness.ReadAsync(said, 412);
    }

    [Fact]
    public async Task Put_toOverwrite_doesSoAndOnlyWhatWasMeant()
    {
        await using var portal = await PortalHarness.StartAsync();
        using var nothing = await PutAsync(portal, "a.jpg", Photo, ("If-Match", "*"));
        await PortalHarness.ReadAsync(nothing, 412);
        using var first = await PutAsync(portal, "a.jpg", Photo);
        await PortalHarness.ReadAsync(first, 201);
        var etag = first.Headers.ETag!.ToString();
        using var meant = await PutAsync(portal, "a.jpg", Other, ("If-Match", etag));
        await PortalHarness.ReadAsync(meant, 201);
        (await portal.App.ReadAsync("outbound/045/HZ1/pod/a.jpg")).Should().Equal(Other);
        using var changed = await PutAsync(portal, "a.jpg", Photo, ("If-Match", etag));
        (await PortalHarness.ReadAsync(changed, 412)).GetProperty("code").GetString().Should().Be("changed");
        using var any = await PutAsync(portal, "a.jpg", Photo, ("If-Match", "*"));
        await PortalHarness.ReadAsync(any, 201);
        using var both = await PutAsync(portal, "a.jpg", Photo, ("If-Match", "*"), ("If-None-Match", "*"));
        await PortalHarness.ReadAsync(both, 400);
    }

    [Fact]
    public async Task Put_thatDoesNotFit_leavesNothing()
    {
        await using var portal = await PortalHarness.StartAsync(("Imaging__MaxInputBytes", "1000"));
        using var empty = await PutAsync(portal, "a.jpg", []);
        await PortalHarness.ReadAsync(empty, 411);
        using var large = await PutAsync(portal, "a.jpg", new byte[1001]);
        await PortalHarness.ReadAsync(large, 413);
        using var slash = await PutAsync(portal, "a%2Fb.jpg", [1]);
        await PortalHarness.ReadAsync(slash, 400);
        using var backslash = await PutAsync(portal, "a%5Cb.jpg", [1]);
        await PortalHarness.ReadAsync(backslash, 400);
        using var control = await PutAsync(portal, "a%0Ab.jpg", [1]);
        await PortalHarness.ReadAsync(control, 400);
        using var chunked = Request(Path + "a.jpg", [1]);
        chunked.Headers.TransferEncodingChunked = true;
        using var withoutLength = await portal.Client.SendAsync(chunked, Cancellation);
        await PortalHarness.ReadAsync(withoutLength, 411);
        (await portal.App.ListAsync("outbound")).Should().BeEmpty();
    }

    [Fact]
    public async Task Put_manyLargeFilesAtOnce_holdsABlockAtATimeAndShowsNothingPartial()
    {
        await using var portal = await PortalHarness.StartAsync(("Outbound__MemoryMegabytes", "64"), ("Outbound__MemoryWait", "00:00:01"));
        var files = Enumerable.Range(0, 8).ToDictionary(i => $"{i}.jpg", Large);
        long held = 0, most = 0;
        var whole = new ConcurrentBag<string>();
        var partial = new ConcurrentBag<string>();
        portal.App.StorageCalls.Before = request =>
        {
            if (IsBlock(request))
            {
                most = Math.Max(most, Interlocked.Add(ref held, LengthOf(request)));
            }
            else if (IsEnd(request))
            {
                whole.Add(request.Uri.Path.Split('/')[^1]);
            }
        };
        portal.App.StorageCalls.After = (request, _) =>
        {
            if (IsBlock(request))
            {
                Interlocked.Add(ref held, -LengthOf(request));
                foreach (var name in portal.App.ListAsync("outbound").GetAwaiter().GetResult().Where(name => !whole.Contains(name.Split('/')[^1])))
                {
                    partial.Add(name);
                }
            }
        };

        await Task.WhenAll(files.Select(async file =>
        {
            while (true)
            {
                using var answer = await PutAsync(portal, file.Key, file.Value);
                if (answer.StatusCode == HttpStatusCode.Created)
                {
                    return;
                }

                answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
                answer.Headers.RetryAfter.Should().NotBeNull();
            }
        }));

        most.Should().BeInRange(1, 4 * 1024 * 1024);
        partial.Should().BeEmpty();
        foreach (var (name, content) in files)
        {
            (await portal.App.ReadAsync($"outbound/045/HZ1/pod/{name}")).AsSpan().SequenceEqual(content).Should().BeTrue();
        }
    }

    [Fact]
    public async Task Put_whenThereIsNoRoomInTime_isToldToComeLater()
    {
        await using var portal = await PortalHarness.StartAsync(("Outbound__MemoryMegabytes", "64"), ("Outbound__MemoryWait", "00:00:01"));
        using var goOn = new ManualResetEventSlim();
        portal.App.StorageCalls.Before = request =>
        {
            if (IsBlock(request))
            {
                goOn.Wait(Cancellation);
            }
        };
        var first = PutAsync(portal, "a.jpg", Large(1));
        using (var second = await PutAsync(portal, "b.jpg", Large(2)))
        {
            await PortalHarness.ReadAsync(second, 503);
            second.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5));
        }

        goOn.Set();
        using var arrived = await first;
        await PortalHarness.ReadAsync(arrived, 201);
        using var again = await PutAsync(portal, "b.jpg", Large(2));
        await PortalHarness.ReadAsync(again, 201);
        (await portal.App.ReadAsync("outbound/045/HZ1/pod/b.jpg")).AsSpan().SequenceEqual(Large(2)).Should().BeTrue();
    }

    [Fact]
    public async Task Put_thatBreaksOff_leavesNothingAndGivesItsRoomBack()
    {
        await using var portal = await PortalHarness.StartAsync(("Outbound__MemoryMegabytes", "64"));
        using var request = Request(Folder, [], ("X-File-Name", "a.jpg"));
        request.Content = new BrokenContent(Large(1));
        var broken = () => portal.Client.SendAsync(request, Cancellation);
        await broken.Should().ThrowAsync<HttpRequestException>();

        using var next = await PutAsync(portal, "b.jpg", Large(2));
        await PortalHarness.ReadAsync(next, 201);
        (await portal.App.ListAsync("outbound")).Should().Equal("045/HZ1/pod/b.jpg");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Put_largeFilesOfOneNameAtOnce_isOneOfThemAndNoMixture(int otherSeed)
    {
        await using var portal = await PortalHarness.StartAsync();
        using var bothAreStaged = new ManualResetEventSlim();
        using var oneIsWritten = new ManualResetEventSlim();
        var ends = 0;
        portal.App.StorageCalls.Before = request =>
        {
            if (!IsEnd(request))
            {
                return;
            }

            if (Interlocked.Increment(ref ends) == 1)
            {
                bothAreStaged.Wait(Cancellation);
            }
            else
            {
                bothAreStaged.Set();
                oneIsWritten.Wait(Cancellation);
            }
        };
        portal.App.StorageCalls.After = (request, _) =>
        {
            if (IsEnd(request))
            {
                oneIsWritten.Set();
            }
        };
        byte[][] files = [Large(1), Large(otherSeed)];

        var answers = await Task.WhenAll(files.Select(file => PutAsync(portal, "a.jpg", file)));

        var won = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        var lost = answers[1 - won].StatusCode;
        (await portal.App.ReadAsync("outbound/045/HZ1/pod/a.jpg")).AsSpan().SequenceEqual(files[won]).Should().BeTrue();
        lost.Should().BeOneOf(
            otherSeed == 1 ? [HttpStatusCode.OK] : [HttpStatusCode.PreconditionFailed, HttpStatusCode.ServiceUnavailable]);
        using var again = await PutAsync(portal, "a.jpg", files[1 - won]);
        await PortalHarness.ReadAsync(again, otherSeed == 1 ? 200 : 412);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    /// <summary>Of three blocks.</summary>
    private static byte[] Large(int seed)
    {
        var content = new byte[9_000_000];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static bool IsBlock(Request request) =>
        request.Method == RequestMethod.Put && request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal);

    private static bool IsEnd(Request request) => request.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal);

    private static long LengthOf(Request request) => request.Content!.TryComputeLength(out var length) ? length : 0;

    private static Task<HttpResponseMessage> PutAsync(PortalHarness portal, string fileName, byte[] content, params (string Name, string Value)[] headers) =>
        portal.Client.SendAsync(Request(Folder, content, [("X-File-Name", fileName), .. headers]), Cancellation);

    private static HttpRequestMessage Request(string path, byte[] content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, PortalHarness.Tms + path) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Says how long it is and ends before.</summary>
    private sealed class BrokenContent(byte[] content) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, content.Length * 2 / 3), Cancellation);
            await stream.FlushAsync(Cancellation);
            throw new IOException("The line is broken.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
