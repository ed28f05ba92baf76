using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>A page in a browser as nobody else has it. What goes wrong in it fails the test at its end.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly string screenshots;
    private readonly ConcurrentQueue<string> errors = new();

    private BrowserPage(IBrowserContext context, IPage page, string screenshots)
    {
        this.context = context;
        this.screenshots = screenshots;
        Page = page;
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            // An answer that is a problem is written there too; the page says it to the person.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                errors.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public ILocator Status => Page.Locator("#status");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public static async Task<BrowserPage> OpenAsync(IBrowser browser, BrowserNewContextOptions options, Uri address, string screenshots)
    {
        var context = await browser.NewContextAsync(options);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        // Nobody is there to answer the browser's own dialog.
        await context.AddInitScriptAsync("window.printed = 0; window.print = () => { window.printed++; };");
        var page = new BrowserPage(context, await context.NewPageAsync(), screenshots);
        await page.Page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Heading(string name) => Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

    /// <summary>The document of that file name in a consignment's list.</summary>
    public ILocator Card(string fileName) => Page.Locator("article").Filter(new() { HasText = fileName });

    /// <summary>The entry of a list in which that text is.</summary>
    public ILocator Row(string text) => Page.Locator(".rows > li").Filter(new() { HasText = text });

    /// <summary>Every rule of axe, those of good practice too.</summary>
    public async Task MustBeAccessibleAsync()
    {
        var found = await Page.RunAxe();
        found.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty();
    }

    /// <summary>Nothing is cut off at the side, nor has to be scrolled to.</summary>
    public async Task MustFitAsync() =>
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).Should().Be(0, "the page must not scroll sideways");

    /// <summary>For people to look at.</summary>
    public async Task KeepScreenshotAsync(string name, bool whole = true) =>
        await Page.ScreenshotAsync(new() { Path = Path.Combine(screenshots, $"{name}.png"), FullPage = whole });

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        errors.Should().BeEmpty();
    }
}
