using System.Net;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Microsoft.Extensions.DependencyInjection;
using NetVips;

namespace Hazchem.Functions.Tests.Portal;

public sealed class PageEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_ofAFaxWithUnequalResolutions_isAtItsTrueAspect()
    {
        await using var portal = await PortalHarness.StartAsync();
        const int Width = 1632, Height = 1078;
        using var paper = Image.Black(Width, Height) + 255;
        using var page = paper.Cast(Enums.BandFormat.Uchar).Copy(xres: 204 / 25.4, yres: 98 / 25.4);
        var document = await PublishAsync(portal, page.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Ccittfax4, bitdepth: 1, resunit: Enums.ForeignTiffResunit.Inch));

        var pages = (await portal.GetAsync(PathOf(document, "pages"))).GetProperty("pages");
        pages.GetArrayLength().Should().Be(1);
        pages[0].GetProperty("widthMillimetres").GetDouble().Should().BeApproximately(203.2, 0.5);
        pages[0].GetProperty("heightMillimetres").GetDouble().Should().BeApproximately(279.4, 0.5);
        pages[0].GetProperty("sizeIsKnown").GetBoolean().Should().BeTrue();

        using var drawn = await DrawnAsync(portal, pages[0].GetProperty("link").GetString() + "?width=800", "image/png");
        drawn.Width.Should().Be(800);
        drawn.Height.Should().BeCloseTo(1100, 2);
    }

    [Fact]
    public async Task Pages_ofAScan_areEachDrawnAndNoMore()
    {
        await using var portal = await PortalHarness.StartAsync();
        var document = await PublishAsync(portal, SamplePictures.Scan(1, pages: 3));

        (await portal.GetAsync(PathOf(document, "pages"))).GetProperty("pages").GetArrayLength().Should().Be(3);
        using var last = await DrawnAsync(portal, $"{document}/pages/3?width=400", "image/png");
        last.Width.Should().Be(400);
        using var beyond = await portal.SendAsync(HttpMethod.Get, $"{document}/pages/4");
        await PortalHarness.ReadAsync(beyond, 404);
        using var odd = await portal.SendAsync(HttpMethod.Get, $"{document}/pages/1?width=401");
        await PortalHarness.ReadAsync(odd, 400);
    }

    [Fact]
    public async Task Page_ofAPdf_isDrawnAtItsSize()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        var pdf = new SamplePdf().Page(6, 8, SamplePdf.Rectangles((1, 1, 2, 2))).Page(8, 6, SamplePdf.Rectangles((1, 1, 2, 2))).Write();
        await portal.App.DropAndSendAsync("045/HZ1/cop/paper.pdf", pdf);
        var document = (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("self").GetString()!;

        var pages = (await portal.GetAsync(PathOf(document, "pages"))).GetProperty("pages");
        pages.EnumerateArray().Select(page => Math.Round(page.GetProperty("widthMillimetres").GetDouble() / 25.4)).Should().Equal(6, 8);
        using var drawn = await DrawnAsync(portal, $"{document}/pages/1?width=400", "image/png");
        (drawn.Width, drawn.Height).Should().Be((400, 533));
        drawn.Min().Should().BeLessThan(10, "something is on it");
    }

    [Fact]
    public async Task Page_thatTheCallerHas_isNotDrawnAgain()
    {
        await using var portal = await PortalHarness.StartAsync();
        var document = await PublishAsync(portal, SamplePictures.Scan(1, pages: 1));
        using var first = await portal.SendAsync(HttpMethod.Get, $"{document}/pages/1");
        portal.App.StorageCalls.Operations.Clear();

        using var second = await portal.SendAsync(HttpMethod.Get, $"{document}/pages/1", headers: ("If-None-Match", first.Headers.ETag!.ToString()));

        second.StatusCode.Should().Be(HttpStatusCode.NotModified);
        portal.App.StorageCalls.Operations.Should().ContainSingle("only the row was read");
    }

    [Fact]
    public async Task Thumbnail_isMadeOnceAndKept()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/delivery-image/photo.jpg", SamplePictures.Photo(1));
        var link = (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("thumbnail").GetString()!;

        using (var made = await DrawnAsync(portal, link, "image/jpeg"))
        {
            Math.Max(made.Width, made.Height).Should().Be(240);
        }

        portal.App.StorageCalls.Operations.Clear();
        using (await DrawnAsync(portal, link, "image/jpeg"))
        {
            portal.App.StorageCalls.Operations.Should().HaveCount(2, "the row and the thumbnail were read");
        }

        (await portal.App.ListAsync("thumbnails")).Should().ContainSingle().Which.Should().StartWith("HZ1/");
    }

    [Fact]
    public async Task Thumbnail_olderThanItIsKept_goesAtNight()
    {
        await using var portal = await PortalHarness.StartAsync(("Portal__KeepThumbnails", "1.00:00:00"));
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/delivery-image/photo.jpg", SamplePictures.Photo(1, 320, 240));
        using (await DrawnAsync(portal, (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("thumbnail").GetString()!, "image/jpeg"))
        {
            await portal.App.CountDayAsync();
            (await portal.App.ListAsync("thumbnails")).Should().ContainSingle();
        }

        portal.App.Time.Advance(TimeSpan.FromHours(25));
        await portal.App.CountDayAsync();
        (await portal.App.ListAsync("thumbnails")).Should().BeEmpty();
    }

    [Fact]
    public async Task Thumbnail_ofWhatCannotBeDrawn_isTriedOnce()
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync("045/HZ1/pod/note.html", "<script>alert(1)</script>"u8.ToArray());
        var link = (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("thumbnail").GetString()!;
        for (var time = 0; time < 2; time++)
        {
            portal.App.StorageCalls.Operations.Clear();
            using var answer = await portal.SendAsync(HttpMethod.Get, link);
            (await PortalHarness.ReadAsync(answer, 422)).GetProperty("code").GetString().Should().Be("unreadable");
        }

        portal.App.StorageCalls.Operations.Should().HaveCount(2, "the row says which file, and what is kept says that it cannot be drawn");
    }

    [Fact]
    public async Task Picture_forWhichThereWasNoTime_isDrawnWhenThereIs()
    {
        var time = new NoTime();
        await using var portal = await PortalHarness.StartAsync(services => services.AddSingleton(
            provider => new PageRenderer(provider.GetRequiredService<ImagingOptions>(), provider.GetRequiredService<ImageConverter>(), time)));
        await portal.App.DropAndSendAsync("045/HZ1/delivery-image/photo.jpg", SamplePictures.Photo(1, 320, 240));
        var links = (await portal.DocumentAsync("HZ1")).GetProperty("links");
        var pages = links.GetProperty("pages").GetString()!;
        var thumbnail = links.GetProperty("thumbnail").GetString()!;

        foreach (var link in new[] { pages, pages + "/1", thumbnail })
        {
            using var answer = await portal.SendAsync(HttpMethod.Get, link);
            (await PortalHarness.ReadAsync(answer, 422)).GetProperty("code").GetString().Should().Be("too-slow");
            answer.Headers.ETag.Should().BeNull();
        }

        (await portal.App.ListAsync("thumbnails")).Should().BeEmpty("another time there may be more");
        time.IsOver = false;
        using var drawn = await DrawnAsync(portal, thumbnail, "image/jpeg");
        drawn.Width.Should().Be(240);
    }

    [Fact]
    public async Task Page_ofWhatIsNoPicture_isAProblemAndTheOriginalIsThere()
    {
        await using var portal = await PortalHarness.StartAsync();
        await portal.App.DropAndSendAsync("045/HZ1/pod/note.html", "<script>alert(1)</script>"u8.ToArray());
        var links = (await portal.DocumentAsync("HZ1")).GetProperty("links");

        foreach (var link in new[] { links.GetProperty("pages").GetString()!, links.GetProperty("pages").GetString() + "/1", links.GetProperty("thumbnail").GetString()! })
        {
            using var answer = await portal.SendAsync(HttpMethod.Get, link);
            (await PortalHarness.ReadAsync(answer, 422)).GetProperty("code").GetString().Should().Be("unreadable");
            answer.Headers.ETag.Should().BeNull();
        }

        using var content = await portal.SendAsync(HttpMethod.Get, links.GetProperty("content").GetString()!);
        content.Content.Headers.ContentType!.MediaType.Should().Be("application/octet-stream", "it is not what it claims to be");
        content.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");
        (await content.Content.ReadAsStringAsync(Cancellation)).Should().Be("<script>alert(1)</script>");
    }

    /// <summary>Paperwork that came in.</summary>
    /// <returns>The document's path.</returns>
    private static async Task<string> PublishAsync(PortalHarness portal, byte[] tiff)
    {
        portal.App.Network.Publish(PrintEndpointsTests.Paper("D-1", "HZ1", tiff));
        await portal.App.FetchAsync();
        return (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("self").GetString()!;
    }

    private static string PathOf(string document, string what) => $"{document[PortalHarness.Person.Length..]}/{what}";

    private static async Task<Image> DrawnAsync(PortalHarness portal, string path, string type)
    {
        using var answer = await portal.SendAsync(HttpMethod.Get, path);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.Should().Be(type);
        using var image = Image.NewFromBuffer(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        return image.CopyMemory();
    }
}
