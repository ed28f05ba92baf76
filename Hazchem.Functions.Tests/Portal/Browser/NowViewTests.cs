using Hazchem.Samples;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>"Is anything stuck, and since when?"</summary>
[Collection(BrowserTests.Name)]
public sealed class NowViewTests(BrowserFixture browser)
{
    [Fact]
    public async Task Now_showsEachDepotAndIsKeptUpByItself()
    {
        await browser.SendAsync(("047/HZ-NOW/pod/a.jpg", SamplePictures.Photo(1, 320, 240), []));
        await browser.App.RunAsync("FetchDocuments");
        await using var page = await browser.OpenAsync("#/now");
        var depot = page.Page.GetByRole(AriaRole.Region, new() { Name = "Depot 047" });

        // What is shown first may be some seconds old, and be of the test before.
        await Expect(depot).ToContainTextAsync("Not parked", new() { Timeout = 20_000 });
        foreach (var text in new[] { "Last sync", "Behind Hazchem", "Pending", "Waiting", "Needs attention", "Drop to sent, median" })
        {
            await Expect(depot).ToContainTextAsync(text);
        }

        await Expect(depot.Locator("svg")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        var sent = depot.Locator(".figures div").Filter(new() { HasText = "Sent, last day" }).Locator("dd");
        await Expect(sent).Not.ToHaveTextAsync("0", new() { Timeout = 20_000 });
        var before = int.Parse(await sent.InnerTextAsync(), System.Globalization.CultureInfo.InvariantCulture);
        await depot.GetByText("As a table").First.ClickAsync();
        await Expect(depot.GetByRole(AriaRole.Table).First.GetByRole(AriaRole.Row)).ToHaveCountAsync(25);

        await browser.SendAsync(("047/HZ-NOW/pod/b.jpg", SamplePictures.Photo(2, 320, 240), []));

        await Expect(sent).ToHaveTextAsync($"{before + 1}", new() { Timeout = 30_000 });
        await Expect(depot.GetByRole(AriaRole.Table).First).ToBeVisibleAsync();
        var drawn = await depot.Locator("rect.first").CountAsync();
        drawn.Should().BePositive();
        await page.KeepScreenshotAsync("now");
    }

    [Fact]
    public async Task Charts_onAPhone_canBeRead()
    {
        await browser.SendAsync(("045/HZ-CHART/pod/a.jpg", SamplePictures.Photo(1, 320, 240), []));
        await using var page = await browser.OpenAsync("#/now", options => options.ViewportSize = new ViewportSize { Width = 320, Height = 640 });
        var depot = page.Page.GetByRole(AriaRole.Region, new() { Name = "Depot 045" });
        await Expect(depot.Locator("svg")).ToHaveCountAsync(2, new() { Timeout = 20_000 });

        var pixels = await depot.Locator("svg text").EvaluateAllAsync<double[]>(
            "texts => texts.map(text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)");
        pixels.Should().OnlyContain(size => size >= 9);
        var left = await depot.Locator("svg text").EvaluateAllAsync<double[]>("texts => texts.map(text => text.getBoundingClientRect().left)");
        left.Should().OnlyContain(edge => edge >= 0, "nothing is cut off");
        await page.KeepScreenshotAsync("now phone");
    }

    [Fact]
    public async Task Now_whileNobodyLooks_asksNothing()
    {
        await using var page = await browser.OpenAsync("#/now");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Depot 045" })).ToBeVisibleAsync();
        await page.Page.EvaluateAsync(
            """
            () => {
              Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.away === true });
              window.away = true;
              document.dispatchEvent(new Event('visibilitychange'));
            }
            """);
        var asked = 0;
        page.Page.Request += (_, request) => asked += request.Url.EndsWith("/status", StringComparison.Ordinal) ? 1 : 0;
        await page.Page.WaitForTimeoutAsync(7_000);
        asked.Should().Be(0);

        var answered = page.Page.WaitForResponseAsync("**/v1/status");
        await page.Page.EvaluateAsync("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')); }");
        (await answered).Status.Should().Be(200);
    }

    [Fact]
    public async Task Depot_whoseKeyIsWrong_saysWhy()
    {
        browser.App.Network.ChangeKey("047", "another-key");
        try
        {
            await browser.App.RunAsync("FetchDocuments");
            await using var page = await browser.OpenAsync("#/now");
            var depot = page.Page.GetByRole(AriaRole.Region, new() { Name = "Depot 047" });
            await Expect(depot).ToContainTextAsync("The last sync had trouble: Hazchem answered 401", new() { Timeout = 20_000 });
            var parked = page.Page.GetByRole(AriaRole.Region, new() { Name = $"Depot {BrowserFixture.DepotWithoutAKey}" });
            await Expect(parked).ToContainTextAsync("Parked: this depot’s key cannot be used");
            await Expect(parked.Locator(".reason").First).ToContainTextAsync("reference");
            await page.MustBeAccessibleAsync();
            await page.KeepScreenshotAsync("wrong keys");
        }
        finally
        {
            browser.App.Network.ChangeKey("047", "key-of-047");
        }
    }
}
