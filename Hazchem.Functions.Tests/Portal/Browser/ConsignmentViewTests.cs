using System.Security.Cryptography;
using System.Text.Json;
using Hazchem.Samples;
using Hazchem.Simulator;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>"Did the picture go, and can I see it?"</summary>
[Collection(BrowserTests.Name)]
public sealed class ConsignmentViewTests(BrowserFixture browser)
{
    private static readonly byte[] Photo = SamplePictures.Photo(1, 1600, 1200);
    private static readonly byte[] Note = SamplePictures.Scan(2, pages: 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Number_begunToBeWritten_isSuggestedAndShowsWhatWentAndCame()
    {
        await using var page = await browser.OpenAsync();
        await WithDocumentsAsync("HZ-FIND-1");
        await browser.SendAsync(("045/HZ-FIND-2/pod/other.jpg", SamplePictures.Photo(9, 320, 240), []));

        await Expect(page.Page.GetByText("Write a consignment’s number")).ToBeVisibleAsync();
        var field = page.Page.GetByRole(AriaRole.Combobox);
        await field.PressSequentiallyAsync("hz-fin");
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveTextAsync(["HZ-FIND-1", "HZ-FIND-2"]);
        await Expect(field).ToHaveAttributeAsync("aria-expanded", "true");
        await page.KeepScreenshotAsync("suggestions", whole: false);
        await page.Page.GetByRole(AriaRole.Option, new() { Name = "HZ-FIND-1" }).ClickAsync();

        await Expect(page.Heading("HZ-FIND-1")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("2 documents went to Hazchem, the last one")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("article")).ToHaveCountAsync(4);
        var sent = page.Card("at the door.jpg");
        var received = browser.App.Network.Received.Single(document => document.Consignment == "HZ-FIND-1" && document.DocumentType == "DELIVERY_IMAGE");
        foreach (var text in new[] { "Delivery image", "To Hazchem", "045", "Sent", "as sent", received.DocumentId, "job-4711" })
        {
            await Expect(sent).ToContainTextAsync(text);
        }

        await Expect(page.Card("D-FIND")).ToContainTextAsync("From Hazchem");
        await Expect(page.Card("signed.tif")).ToContainTextAsync("Refused, not sent");
        await Expect(page.Card("signed.tif")).ToContainTextAsync("only unsigned paperwork travels");
        var time = sent.Locator("time").First;
        (await time.GetAttributeAsync("datetime")).Should().EndWith("Z");
        (await time.GetAttributeAsync("title")).Should().MatchRegex(@"\d{4} at \d\d:\d\d:\d\d (GMT|BST)");
        await Expect(sent.Locator("img")).ToHaveJSPropertyAsync("complete", true);
        (await sent.Locator("img").EvaluateAsync<int>("image => image.naturalWidth")).Should().BeInRange(100, 240);
        await page.KeepScreenshotAsync("consignment");
    }

    [Fact]
    public async Task Document_openedLarge_isPagedZoomedAndDownloaded()
    {
        await WithDocumentsAsync("HZ-LARGE");
        await using var page = await browser.OpenAsync("#/consignments/HZ-LARGE");
        await page.Button("Open Proof of delivery (POD), note.tif").ClickAsync();

        await Expect(page.Dialog).ToContainTextAsync("Page 1 of 3");
        var image = page.Dialog.GetByRole(AriaRole.Img);
        await Expect(image).ToHaveAttributeAsync("alt", "Page 1 of 3 of note.tif");
        var first = await image.GetAttributeAsync("src");
        var aspect = await image.EvaluateAsync<double>("image => image.naturalHeight / image.naturalWidth");
        aspect.Should().BeApproximately(2339 / 1654.0, 0.01);
        await page.KeepScreenshotAsync("viewer", whole: false);
        var room = (await page.Dialog.Locator(".paper").BoundingBoxAsync())!;
        (await image.BoundingBoxAsync())!.Height.Should().BeInRange(room.Height * 0.8f, room.Height, "the whole page is seen first");

        await page.Button("Next page").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Page 2 of 3");
        await Expect(image).ToHaveAttributeAsync("alt", "Page 2 of 3 of note.tif");
        (await image.GetAttributeAsync("src")).Should().NotBe(first);

        await page.Button("Whole width").ClickAsync();
        var narrow = (await image.BoundingBoxAsync())!.Width;
        await page.Button("Zoom in").ClickAsync();
        await page.Button("Zoom in").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("200 %");
        (await image.BoundingBoxAsync())!.Width.Should().BeApproximately(narrow * 2, 40);
        await Expect(image).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("width=2480"));

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Link("Download the original").Last.ClickAsync());
        download.SuggestedFilename.Should().Be("note.tif");
        (await File.ReadAllBytesAsync(await download.PathAsync(), Cancellation)).Should().Equal(Note);

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Document_ofOnePage_hasNothingToTurn()
    {
        await WithDocumentsAsync("HZ-ONE-PAGE");
        await using var page = await browser.OpenAsync("#/consignments/HZ-ONE-PAGE");
        await page.Button("Open Delivery image, at the door.jpg").ClickAsync();
        await Expect(page.Dialog.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        await Expect(page.Button("Next page")).ToHaveCountAsync(0);
        await Expect(page.Button("Zoom in")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Thumbnail_forWhichThereIsNoMemoryNow_isShownWhenThereIs()
    {
        await WithDocumentsAsync("HZ-BUSY");
        await using var page = await browser.OpenAsync();
        var refused = 0;
        await page.Page.RouteAsync("**/thumbnail", route => refused++ < 2
            ? route.FulfillAsync(new() { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "0" } })
            : route.ContinueAsync());
        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/HZ-BUSY");

        await Expect(page.Page.Locator("article img")).ToHaveCountAsync(4);
        await Expect(page.Page.Locator("article img").First).ToHaveAttributeAsync("src", new System.Text.RegularExpressions.Regex("again=1$"));
        await Expect(page.Page.Locator("article img").First).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
        await Expect(page.Page.GetByText("No picture of it")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Receipt_onAPhone_isSeenFromItsBeginning()
    {
        await WithDocumentsAsync("HZ-SMALL");
        await using var page = await browser.OpenAsync("#/consignments/HZ-SMALL", options => options.ViewportSize = new ViewportSize { Width = 320, Height = 640 });
        await page.Button("Receipt for at the door.jpg").ClickAsync();
        var field = page.Dialog.GetByRole(AriaRole.Textbox);
        (await field.EvaluateAsync<bool>("field => field.scrollHeight > field.clientHeight")).Should().BeTrue("it is longer than its room");
        (await field.EvaluateAsync<double>("field => field.scrollTop")).Should().Be(0);
    }

    [Fact]
    public async Task Receipt_ofADocumentThatWent_isCopied()
    {
        await WithDocumentsAsync("HZ-RECEIPT");
        await using var page = await browser.OpenAsync("#/consignments/HZ-RECEIPT");
        await page.Button("Receipt for at the door.jpg").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();

        await Expect(page.Dialog).ToContainTextAsync("It is copied.");
        var copied = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        var received = browser.App.Network.Received.Single(document => document.Consignment == "HZ-RECEIPT" && document.DocumentType == "DELIVERY_IMAGE");
        copied.Should().Contain("HZ-RECEIPT").And.Contain("at the door.jpg").And.Contain(received.DocumentId)
            .And.Contain($"SHA-256 of what was sent: {received.Sha256}")
            .And.Contain($"SHA-256 of the original: {Convert.ToHexStringLower(SHA256.HashData(Photo))}")
            .And.MatchRegex(@"Sent: .+ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)");
        await page.KeepScreenshotAsync("receipt", whole: false);
    }

    [Fact]
    public async Task Consignment_whileItIsOpen_showsWhatComesNext()
    {
        await using var page = await browser.OpenAsync("#/consignments/hz-later");
        await Expect(page.Page.GetByText("Nothing is known of this consignment.")).ToBeVisibleAsync();
        await Expect(page.Status).ToContainTextAsync("Nothing is known of HZ-LATER.");
        await page.KeepScreenshotAsync("unknown consignment");

        await browser.SendAsync(("045/HZ-LATER/pod/late.jpg", SamplePictures.Photo(5, 320, 240), []));

        await Expect(page.Card("late.jpg")).ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task Message_itsLinks_openTheDocumentAndItsConsignment()
    {
        await WithDocumentsAsync("HZ-MESSAGE");
        var message = (await browser.App.Storage.EventsAsync())
            .Last(each => each.GetProperty("consignment").GetString() == "HZ-MESSAGE" && each.GetProperty("documentType").GetString() == "pod");
        var links = message.GetProperty("links");
        using var tms = new HttpClient { BaseAddress = browser.App.Host.Address };

        using var document = JsonDocument.Parse(await tms.GetStringAsync(links.GetProperty("self").GetString(), Cancellation));
        document.RootElement.GetProperty("id").GetString().Should().Be($"HZ-MESSAGE/{message.GetProperty("rowKey").GetString()}");
        (await tms.GetByteArrayAsync(links.GetProperty("content").GetString(), Cancellation)).Should().Equal(Note);

        await using var page = await browser.OpenAsync();
        await page.Page.GotoAsync(new Uri(tms.BaseAddress, links.GetProperty("portal").GetString()).AbsoluteUri);
        await Expect(page.Card("note.tif")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("#/consignments/..%2f..%2fme", "The consignment")]
    [InlineData("#/consignments/%E0%A4%A", "The consignment")]
    public async Task Number_thatIsNone_isExplained(string where, string begins)
    {
        await using var page = await browser.OpenAsync(where);
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(begins);
    }

    [Fact]
    public async Task File_thatCannotBeDrawn_isExplainedAndDownloaded()
    {
        await browser.SendAsync(("045/HZ-DAMAGED/pod/no picture.jpg", SamplePictures.NotAPicture(), []));
        await using var page = await browser.OpenAsync("#/consignments/HZ-DAMAGED");

        await Expect(page.Card("no picture.jpg")).ToContainTextAsync("No picture of it");
        await page.Button("Open Proof of delivery (POD), no picture.jpg").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("The file is no picture that can be drawn here, or it is damaged. The original can be downloaded.");
        await page.MustBeAccessibleAsync();
        await page.KeepScreenshotAsync("damaged", whole: false);
    }

    [Fact]
    public async Task App_thatDoesNotAnswer_isSaidAndTriedAgain()
    {
        await browser.SendAsync(("045/HZ-DOWN/pod/a.jpg", SamplePictures.Photo(6, 320, 240), []));
        await using var page = await browser.OpenAsync();
        await page.Page.RouteAsync("**/api/portal/v1/consignments/**", route => route.AbortAsync());
        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/HZ-DOWN");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The app does not answer.");

        await page.Page.UnrouteAllAsync();
        await page.Button("Try again").ClickAsync();
        await Expect(page.Card("a.jpg")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    private async Task WithDocumentsAsync(string consignment)
    {
        await browser.SendAsync(
            ($"045/{consignment}/delivery-image/at the door.jpg", Photo, [("reference", "job-4711")]),
            ($"045/{consignment}/pod/note.tif", Note, []),
            ($"045/{consignment}/cop/signed.tif", Note, [("signed", "true")]));
        await browser.ReceiveAsync(new PublishedDocument
        {
            ConsignmentNumber = consignment,
            DocumentType = "DELIVERY_IMAGE",
            Content = SamplePictures.Photo(3, 800, 600),
            DocumentId = $"D-{consignment[3..]}",
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
    }
}
