using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hazchem.Samples;
using NetVips;
using static Microsoft.Playwright.Assertions;

namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>The day's paperwork.</summary>
[Collection(BrowserTests.Name)]
public sealed partial class PrintViewTests(BrowserFixture browser)
{
    private const double PointsPerMillimetre = 72 / 25.4;

    [Fact]
    public async Task Paper_printedAlone_leavesTheListWithWhoAndWhen()
    {
        await browser.PrintAllAsync();
        await browser.ReceiveAsync(
            PrintEndpointsTests.Paper("D-PRINT-1", "HZ-PRINT-1", SamplePictures.Scan(1, pages: 2)),
            PrintEndpointsTests.Paper("D-PRINT-2", "HZ-PRINT-2", SamplePictures.Scan(2, pages: 1)));
        await using var page = await browser.OpenAsync("#/print");
        await Expect(page.Row("HZ-PRINT-1")).ToContainTextAsync("Late: it came after the drivers’ paperwork was due");
        await page.KeepScreenshotAsync("to print");

        await page.Button("Print D-PRINT-1.tif of HZ-PRINT-1").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Did it print?");
        await Expect(page.Dialog).ToContainTextAsync("1 document with 2 pages went to the printer.");
        (await page.Page.EvaluateAsync<int>("window.printed")).Should().Be(1);
        await page.MustBeAccessibleAsync();
        await page.KeepScreenshotAsync("did it print", whole: false);
        await page.Button("No, keep it on the list").ClickAsync();
        await Expect(page.Row("HZ-PRINT-1")).ToBeVisibleAsync();

        await page.Button("Print D-PRINT-1.tif of HZ-PRINT-1").ClickAsync();
        await page.Button("Yes, all of it").ClickAsync();

        await Expect(page.Row("HZ-PRINT-1")).ToHaveCountAsync(0);
        await Expect(page.Row("HZ-PRINT-2")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync("Printed just now");
        await page.Link("HZ-PRINT-1").ClickAsync();
        await Expect(page.Card("D-PRINT-1")).ToContainTextAsync("local said that it was printed");
        await Expect(page.Card("D-PRINT-1")).ToContainTextAsync("by local");
    }

    [Fact]
    public async Task Papers_printedInOneGo_areEachAtTheirSizeAndAspect()
    {
        await browser.PrintAllAsync();
        await browser.ReceiveAsync(
            PrintEndpointsTests.Paper("D-ALL-1", "HZ-ALL-1", SamplePictures.Scan(3, pages: 2)),
            PrintEndpointsTests.Paper("D-ALL-2", "HZ-ALL-2", Fax(1728, 1143)),
            PrintEndpointsTests.Paper("D-ALL-3", "HZ-ALL-3", Fax(2448, 588)));
        await using var page = await browser.OpenAsync("#/print");
        await Expect(page.Row("HZ-ALL")).ToHaveCountAsync(3);
        await page.Button("Print all 3").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("3 documents with 4 pages went to the printer.");

        // What the printer would get.
        var printed = await page.Page.PdfAsync(new() { PreferCSSPageSize = true, PrintBackground = true });
        var sizes = SizesOf(printed);
        var order = await page.Page.Locator("#sheets img").EvaluateAllAsync<double[]>("images => images.map(image => parseFloat(image.style.width))");
        sizes.Should().HaveCount(4, "no page goes over onto another sheet");
        var expected = new Dictionary<double, (double Width, double Height)>
        {
            [210.1] = (210.1, 297.1),
            [215.2] = (215.2, 296.2),
            [304.8] = (304.8, 152.4),
        };
        order.Should().HaveCount(4).And.OnlyContain(width => expected.ContainsKey(width));
        foreach (var (size, width) in sizes.Zip(order))
        {
            size.Width.Should().BeApproximately(expected[width].Width, 0.5);
            size.Height.Should().BeApproximately(expected[width].Height, 0.5);
        }

        (await page.Page.Locator("#sheets img").EvaluateAllAsync<bool>("images => images.every(image => image.naturalWidth > 1000)")).Should().BeTrue();
        await page.Button("Yes, all of it").ClickAsync();
        await Expect(page.Page.GetByText("Everything is printed.").First).ToBeVisibleAsync();
        await Expect(page.Status).ToContainTextAsync("3 documents are recorded as printed.");
        await page.KeepScreenshotAsync("everything is printed");
    }

    [Fact]
    public async Task Paper_whosePagesCannotBeHad_staysOnTheListAndSaysWhy()
    {
        await browser.PrintAllAsync();
        await browser.ReceiveAsync(
            PrintEndpointsTests.Paper("D-SOME-1", "HZ-SOME-1", SamplePictures.Scan(4, pages: 1)),
            PrintEndpointsTests.Paper("D-SOME-2", "HZ-SOME-2", SamplePictures.Scan(5, pages: 1)));
        await using var page = await browser.OpenAsync("#/print");
        await page.Page.RouteAsync("**/*D-SOME-1*/pages/1*", route => route.AbortAsync());
        await page.Button("Print all 2").ClickAsync();

        await Expect(page.Dialog).ToContainTextAsync("HZ-SOME-1, D-SOME-1.tif: The app does not answer.");
        await page.KeepScreenshotAsync("one is not printed", whole: false);
        await page.Button("Yes, all of it").ClickAsync();
        await Expect(page.Row("HZ-SOME-2")).ToHaveCountAsync(0);
        await Expect(page.Row("HZ-SOME-1")).ToBeVisibleAsync();
    }

    /// <summary>204 pixels an inch across and 98 down, as a fax machine's coarse mode has it.</summary>
    private static byte[] Fax(int width, int height)
    {
        using var paper = Image.Black(width, height) + 255;
        using var drawn = paper.Cast(Enums.BandFormat.Uchar).Mutate(sheet => sheet.DrawRect([0], 40, 40, width - 80, height - 80));
        using var page = drawn.Copy(xres: 204 / 25.4, yres: 98 / 25.4);
        return page.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Ccittfax4, bitdepth: 1, resunit: Enums.ForeignTiffResunit.Inch);
    }

    /// <summary>In millimetres, in the order of the pages.</summary>
    private static List<(double Width, double Height)> SizesOf(byte[] pdf) =>
        [.. MediaBox().Matches(Encoding.Latin1.GetString(pdf)).Select(box => (Millimetres(box.Groups[1].Value), Millimetres(box.Groups[2].Value)))];

    private static double Millimetres(string points) => double.Parse(points, CultureInfo.InvariantCulture) / PointsPerMillimetre;

    [GeneratedRegex(@"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")]
    private static partial Regex MediaBox();
}
