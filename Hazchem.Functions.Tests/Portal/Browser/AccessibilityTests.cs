using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Samples;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>For everybody, by whatever they have.</summary>
[Collection(BrowserTests.Name)]
public sealed class AccessibilityTests(BrowserFixture browser)
{
    private const string Consignment = "HZ-EVERYBODY";
    private const string Hostile = "<img src=x onerror=window.hacked=1><script>window.hacked=1<&script>";

    private static readonly string[] Looks = ["light", "dark", "phone", "dark phone"];

    /// <summary>Each with a text that shows that it is complete.</summary>
    private static readonly (string Where, string Shows)[] EachView =
    [
        ("#/consignments", "Write a consignment’s number"),
        ($"#/consignments/{Consignment}", "From Hazchem"),
        ("#/print", Consignment),
        ("#/attention", Consignment),
        ("#/now", "Depot 045"),
    ];

    public static TheoryData<string, string, string> Views => new(
        from view in EachView
        from look in Looks
        select (view.Where, view.Shows, look));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Views))]
    public async Task View_isAccessibleInEachLook(string where, string shows, string look)
    {
        await WithDocumentsAsync();
        await using var page = await browser.OpenAsync(where, options =>
        {
            options.ColorScheme = look.Contains("dark", StringComparison.Ordinal) ? ColorScheme.Dark : ColorScheme.Light;
            options.ReducedMotion = ReducedMotion.Reduce;

            // 1280 pixels at 400 %.
            options.ViewportSize = look.Contains("phone", StringComparison.Ordinal) ? new ViewportSize { Width = 320, Height = 640 } : options.ViewportSize;
        });
        await Expect(page.Page.Locator("main")).ToContainTextAsync(shows);

        await page.MustBeAccessibleAsync();
        await page.MustFitAsync();
        var small = await page.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, a.button, input, select, summary, nav a')]
              .filter(each => each.checkVisibility())
              .map(each => [each, each.getBoundingClientRect()])
              .filter(([, box]) => box.width < 24 || box.height < 24)
              .map(([each]) => each.outerHTML)
            """);
        small.Should().BeEmpty("a finger needs 24 pixels");
        await page.KeepScreenshotAsync($"{where[2..].Replace('/', ' ')} {look}");
    }

    [Fact]
    public async Task Viewer_isAccessibleInEachLook()
    {
        await WithDocumentsAsync();
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 320) })
        {
            await using var page = await browser.OpenAsync($"#/consignments/{Consignment}", options =>
            {
                options.ColorScheme = scheme;
                options.ViewportSize = new ViewportSize { Width = width, Height = 640 };
            });
            await page.Button("Open Proof of delivery (POD), note.tif").ClickAsync();
            await Expect(page.Dialog.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
            await page.MustBeAccessibleAsync();
            await page.MustFitAsync();
            await page.KeepScreenshotAsync($"viewer {width}", whole: false);
        }
    }

    [Fact]
    public async Task Document_byTheKeyboardAlone_isFoundOpenedAndClosed()
    {
        await WithDocumentsAsync();
        await using var page = await browser.OpenAsync();
        await Expect(page.Page.GetByRole(AriaRole.Combobox)).ToBeVisibleAsync();
        var keys = page.Page.Keyboard;

        await keys.PressAsync("Tab");
        (await FocusedAsync(page)).Should().Be("Skip to the content");
        await keys.PressAsync("Enter");
        await TabToAsync(page, "Consignment number");
        await keys.TypeAsync("hz-every");
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await keys.PressAsync("ArrowDown");
        await Expect(page.Page.GetByRole(AriaRole.Option)).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("Enter");
        await Expect(page.Card("note.tif")).ToBeVisibleAsync();

        const string Opener = "Open Proof of delivery (POD), note.tif";
        await TabToAsync(page, Opener);
        await keys.PressAsync("Enter");
        await Expect(page.Dialog).ToContainTextAsync("Page 1 of 2");
        await TabToAsync(page, "Next page");
        await keys.PressAsync("Space");
        await Expect(page.Dialog).ToContainTextAsync("Page 2 of 2");
        await TabToAsync(page, "Page");
        await keys.PressAsync("PageUp");
        await Expect(page.Dialog).ToContainTextAsync("Page 1 of 2");
        await keys.PressAsync("0");
        await keys.PressAsync("+");
        await Expect(page.Dialog).ToContainTextAsync("150 %");
        await keys.PressAsync("Escape");
        await Expect(page.Dialog).ToHaveCountAsync(0);
        (await FocusedAsync(page)).Should().Be(Opener, "whoever closes it goes on from there");
    }

    [Fact]
    public async Task Entry_byTheKeyboardAlone_isDismissed()
    {
        await browser.SendAsync(("045/HZ-KEYS/cop/keys.tif", SamplePictures.Scan(7, pages: 1), [("signed", "true")]));
        await using var page = await browser.OpenAsync("#/attention");
        await Expect(page.Row("HZ-KEYS")).ToBeVisibleAsync();
        await TabToAsync(page, "Dismiss keys.tif of HZ-KEYS");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await TabToAsync(page, "Why?");
        await page.Page.Keyboard.TypeAsync("By keyboard.");
        await TabToAsync(page, "Dismiss");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Row("HZ-KEYS")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Markup_inWhatComesFromOutside_isText()
    {
        const string Number = "HZ-HOSTILE";
        var file = $"{Hostile}.tif";
        await browser.SendAsync(($"045/{Number}/cop/{file}", SamplePictures.Scan(8, pages: 1), [("signed", "true"), ("reference", Hostile)]));
        var rows = new TableClient(browser.App.Account.ConnectionString, StorageNames.ConsignmentDocumentsTable);
        var row = (await browser.App.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Single(each => each.PartitionKey == Number);
        row[DocumentColumns.Reason] = $"Hazchem said: {Hostile}";
        row[DocumentColumns.HazchemDocumentId] = Hostile;
        await rows.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Merge, Cancellation);

        await using var page = await browser.OpenAsync("#/attention");
        await Expect(page.Row(Number)).ToContainTextAsync(file);
        await Expect(page.Row(Number)).ToContainTextAsync($"Hazchem said: {Hostile}");
        await page.Button($"Dismiss {file} of {Number}").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync(file);
        await page.Dialog.GetByRole(AriaRole.Textbox).FillAsync(Hostile);
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(page.Row(Number)).ToHaveCountAsync(0);

        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/{Number}");
        var card = page.Page.Locator("article");
        await Expect(card.Locator(".file")).ToHaveTextAsync(file);
        await Expect(card.Locator(".reason")).ToHaveTextAsync($"Hazchem said: {Hostile}");
        await Expect(card.Locator(".code")).ToHaveTextAsync(Hostile);
        await Expect(card.Locator("dd").Filter(new() { HasText = Hostile })).ToHaveCountAsync(2);
        await Expect(card.Locator(".doings")).ToContainTextAsync(Hostile);
        await page.KeepScreenshotAsync("markup");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Open Customer paperwork (COP), {file}", Exact = true }).ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync(file);
        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/{Uri.EscapeDataString(Hostile)}");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();

        (await page.Page.EvaluateAsync<bool>("'hacked' in window")).Should().BeFalse();
        await Expect(page.Page.Locator("[onerror], main script")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Name_thatTurnsTheDirectionOfWriting_isShownInTheOrderOfItsLetters()
    {
        await browser.SendAsync(("045/HZ-TURNED/cop/invoice\u202efit.exe", SamplePictures.Scan(9, pages: 1), [("signed", "true")]));
        await using var page = await browser.OpenAsync("#/consignments/HZ-TURNED");
        await Expect(page.Page.Locator("article .file")).ToHaveTextAsync("invoice\ufffdfit.exe");

        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/attention");
        await page.Row("HZ-TURNED").GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(page.Dialog.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Dismiss invoice\ufffdfit.exe of HZ-TURNED?");
    }

    /// <summary>Something to see in every view, whatever other tests took off the lists.</summary>
    private async Task WithDocumentsAsync()
    {
        await browser.SendAsync(
            ($"045/{Consignment}/delivery-image/photo.jpg", SamplePictures.Photo(1, 1600, 1200), []),
            ($"045/{Consignment}/pod/note.tif", SamplePictures.Scan(2, pages: 2), []),
            ($"045/{Consignment}/pod/no picture.jpg", SamplePictures.NotAPicture(), []),
            ($"045/{Consignment}/cop/a very long name without a space to break it at_{new string('x', 60)}.tif", SamplePictures.Scan(3, pages: 1), [("signed", "true")]));
        if (!await browser.IsToPrintAsync(Consignment))
        {
            await browser.ReceiveAsync(PrintEndpointsTests.Paper($"D-EVERYBODY-{Guid.NewGuid():N}", Consignment, SamplePictures.Scan(4, pages: 1)));
        }
    }

    private static Task<string> FocusedAsync(BrowserPage page) => page.Page.EvaluateAsync<string>(
        """
        () => {
          const element = document.activeElement;
          const style = getComputedStyle(element);
          const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
          return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? `${name} (the focus cannot be seen)` : name.trim();
        }
        """);

    /// <summary>As far as it takes, and each stop on the way can be seen.</summary>
    private static async Task TabToAsync(BrowserPage page, string name)
    {
        for (var stop = 0; stop < 100; stop++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var focused = await FocusedAsync(page);
            if (focused == name)
            {
                return;
            }

            if (await page.Page.EvaluateAsync<bool>("document.activeElement !== document.body"))
            {
                focused.Should().NotEndWith("(the focus cannot be seen)");
            }
        }

        Assert.Fail($"{name} is not reached with the Tab key.");
    }
}
