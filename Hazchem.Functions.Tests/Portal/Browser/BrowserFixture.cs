using System.Globalization;
using System.Text;
using System.Text.Json;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Tests.EndToEnd;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost;
using Hazchem.Simulator;
using Microsoft.Playwright;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>
/// The published app behind the local host, for people on this machine, and a browser. One for all tests, so each has
/// consignments of its own. The day's paperwork is due a minute ago, so that what comes is late.
/// </summary>
public sealed class BrowserFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>Its key is a reference to a vault that nobody resolved.</summary>
    internal const string DepotWithoutAKey = "048";

    /// <summary>Where Debian's package has it.</summary>
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private HostedApp? app;
    private IPlaywright? playwright;
    private IBrowser? browser;

    internal static string? Chromium { get; } = Places.FirstOrDefault(File.Exists);

    /// <summary>Skips the test where there is no browser.</summary>
    internal HostedApp App
    {
        get
        {
            Assert.SkipWhen(Chromium is null, $"There is no browser at {string.Join(" or ", Places)}. On Debian: apt-get install chromium.");
            return app ?? throw new InvalidOperationException("The app is not started.");
        }
    }

    internal string ScreenshotFolder { get; } = Path.Combine(RepositoryRoot.Find(), "TestResults", "portal");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (Chromium is null)
        {
            return;
        }

        Directory.CreateDirectory(ScreenshotFolder);
        var london = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        app = await HostedApp.StartOnAsync(
            azurite.TakeAccount(),
            functionKey: null,
            ("Portal__Authentication", "None"),
            ($"Hazchem__Depots__{DepotWithoutAKey}__ApiKey", "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/key)"),
            ("Portal__PrintBy", TimeOnly.FromDateTime(london.DateTime).AddMinutes(-1).ToString("HH:mm", CultureInfo.InvariantCulture)));
        await app.Host.WaitUntilReadyAsync(Cancellation);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,

            // Its sandbox cannot be had by root; what it is shown is the app's own page.
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
        });
    }

    internal async Task<BrowserPage> OpenAsync(string where = "", Action<BrowserNewContextOptions>? with = null)
    {
        var options = new BrowserNewContextOptions
        {
            Locale = "en-GB",
            TimezoneId = "Europe/London",
            ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = ColorScheme.Light,
            AcceptDownloads = true,
        };
        with?.Invoke(options);
        var address = new Uri(App.Host.Address, $"/api/portal/{where}");
        return await BrowserPage.OpenAsync(browser!, options, address, ScreenshotFolder);
    }

    /// <summary>Drops files and waits until each has its outcome.</summary>
    internal async Task SendAsync(params (string Name, byte[] Content, (string, string)[] Metadata)[] drops)
    {
        foreach (var (name, content, metadata) in drops)
        {
            await App.Storage.DropAsync(name, content, metadata);
        }

        await App.UntilDropBoxIsEmptyAsync();
    }

    /// <summary>Hazchem makes documents available, and they are fetched.</summary>
    internal async Task ReceiveAsync(params PublishedDocument[] documents)
    {
        foreach (var document in documents)
        {
            App.Network.Publish(document);
        }

        await App.RunAsync("FetchDocuments");
    }

    internal async Task<bool> IsToPrintAsync(string consignment) =>
        (await ToPrintAsync()).Any(id => id.StartsWith($"{consignment}/", StringComparison.Ordinal));

    /// <summary>What other tests left to print is printed, so that the list is one test's own.</summary>
    internal async Task PrintAllAsync()
    {
        var ids = await ToPrintAsync();
        if (ids.Count > 0)
        {
            using var client = new HttpClient();
            client.DefaultRequestHeaders.Add(Guard.ChangeHeader, "1");
            using var body = new StringContent(JsonSerializer.Serialize(new { ids }), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(App.Host.Address, $"{PortalHarness.Person}/print-queue/printed"), body, Cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    private async Task<List<string>> ToPrintAsync()
    {
        using var client = new HttpClient();
        using var queue = JsonDocument.Parse(await client.GetStringAsync(new Uri(App.Host.Address, $"{PortalHarness.Person}/print-queue"), Cancellation));
        return [.. queue.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }
}
