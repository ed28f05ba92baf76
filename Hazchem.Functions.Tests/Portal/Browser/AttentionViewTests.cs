using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Samples;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>What does not go by itself.</summary>
[Collection(BrowserTests.Name)]
public sealed class AttentionViewTests(BrowserFixture browser)
{
    private static readonly byte[] Scan = SamplePictures.Scan(1, pages: 1);

    [Fact]
    public async Task Refused_isExplainedAndDismissedWithANote()
    {
        await RefuseAsync("HZ-DISMISS");
        await using var page = await browser.OpenAsync("#/attention");
        var row = page.Row("HZ-DISMISS");
        await Expect(row).ToContainTextAsync("Refused, not sent");
        await Expect(row).ToContainTextAsync("Why: This customer paperwork is marked as signed");
        await Expect(row).ToContainTextAsync("What to do: Put right what the reason says");
        await page.KeepScreenshotAsync("needs attention");

        await page.Button("Dismiss signed.tif of HZ-DISMISS").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        await page.Dialog.GetByRole(AriaRole.Textbox, new() { Name = "Why?" }).FillAsync("They sent it by post.");
        await page.MustBeAccessibleAsync();
        await page.KeepScreenshotAsync("dismiss", whole: false);
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();

        await Expect(page.Row("HZ-DISMISS")).ToHaveCountAsync(0);
        await Expect(page.Status).ToContainTextAsync("1 entry is off the list.");
        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/HZ-DISMISS");
        await Expect(page.Card("signed.tif")).ToContainTextAsync("local took it off the list");
        await Expect(page.Card("signed.tif")).ToContainTextAsync("They sent it by post.");
    }

    [Fact]
    public async Task Several_areSentAgainInOneGo()
    {
        await RefuseAsync("HZ-BULK-1", "HZ-BULK-2");
        var before = browser.App.Network.Requests.Total;
        await using var page = await browser.OpenAsync("#/attention");
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose signed.tif of HZ-BULK-1" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose signed.tif of HZ-BULK-2" }).CheckAsync();
        await page.Button("Send 2 again").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("2 documents go back to the drop box as they are.");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();

        await Expect(page.Status).ToContainTextAsync("2 documents are back in the drop box");
        await browser.App.UntilDropBoxIsEmptyAsync();
        await page.Page.GotoAsync($"{browser.App.Host.Address}api/portal/#/consignments/HZ-BULK-1");
        await Expect(page.Card("signed.tif")).ToContainTextAsync("local sent it again");
        browser.App.Network.Requests.Total.Should().Be(before, "what is still signed is refused before Hazchem hears of it");
    }

    [Fact]
    public async Task Several_ofWhichHazchemMayHaveOne_areSentAgainWithoutIt()
    {
        await RefuseAsync("HZ-SURE", "HZ-UNSURE");
        var row = (await browser.App.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Single(each => each.PartitionKey == "HZ-UNSURE");
        row[DocumentColumns.State] = "Failed";
        row[DocumentColumns.AmbiguousSince] = row.GetDateTimeOffset(DocumentColumns.UpdatedAt);
        await new TableClient(browser.App.Account.ConnectionString, StorageNames.ConsignmentDocumentsTable)
            .UpdateEntityAsync(row, row.ETag, cancellationToken: TestContext.Current.CancellationToken);

        await using var page = await browser.OpenAsync("#/attention");
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose signed.tif of HZ-SURE" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose signed.tif of HZ-UNSURE" }).CheckAsync();
        await page.Button("Send 2 again").ClickAsync();

        await Expect(page.Dialog).ToContainTextAsync("signed.tif of HZ-SURE goes back to the drop box as it is.");
        await Expect(page.Dialog).ToContainTextAsync("1 other one is not sent and stays on the list.");
        await Expect(page.Dialog).ToContainTextAsync("Hazchem may have one of those already: ask Hazchem, and send it again by itself.");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.Status).ToContainTextAsync("1 document is back in the drop box");

        await page.Button("Send again: signed.tif of HZ-UNSURE").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("could get it twice. Ask Hazchem first.");
    }

    [Fact]
    public async Task Several_areDismissedInOneGo()
    {
        await RefuseAsync("HZ-MANY-1", "HZ-MANY-2", "HZ-MANY-3");
        await using var page = await browser.OpenAsync("#/attention");
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all that are shown" }).CheckAsync();
        var all = await page.Page.Locator(".rows > li").CountAsync();
        await page.Button($"Dismiss {all}").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Textbox).FillAsync("All by post.");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();

        await Expect(page.Page.GetByText("Nothing needs anybody.")).ToBeVisibleAsync();
        await Expect(page.Status).ToContainTextAsync($"{all} entries are off the list.");
        await page.KeepScreenshotAsync("nothing needs anybody");
    }

    [Fact]
    public async Task Refused_whoseOriginalIsGone_saysWhyItIsNotSentAgain()
    {
        await RefuseAsync("HZ-GONE");
        foreach (var blob in (await browser.App.Storage.ListAsync("not-sent")).Where(name => name.Contains("HZ-GONE", StringComparison.Ordinal)))
        {
            await new Azure.Storage.Blobs.BlobContainerClient(browser.App.Account.ConnectionString, "not-sent")
                .DeleteBlobAsync(blob, cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var page = await browser.OpenAsync("#/attention");
        await page.Button("Send again: signed.tif of HZ-GONE").ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();

        await Expect(page.Status).ToContainTextAsync("1 could not be done: see each.");
        await Expect(page.Row("HZ-GONE").Locator(".failure")).ToContainTextAsync("original");
    }

    private Task RefuseAsync(params string[] consignments) =>
        browser.SendAsync([.. consignments.Select(consignment => ($"045/{consignment}/cop/signed.tif", Scan, new[] { ("signed", "true") }))]);
}
