using BitMiracle.LibTiff.Classic;
using CsCheck;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using Threshold = Hazchem.Functions.Imaging.Threshold;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Whatever the pages and the limit: all of them within it, none below the floor, or a refusal that says so.</summary>
public sealed class PaperworkLimitTests
{
    private const int FloorDpi = 120;

    private static readonly byte[][] Scans = [.. new[] { 1, 2, 5, 12, 30 }.Select(static pages => SamplePictures.GreyScan(pages, pages, 420, 594))];

    [Fact]
    public void Scan_of_any_length_is_within_any_limit_or_refused()
    {
        var converted = 0;
        var refused = 0;
        Gen.Select(Gen.Int[0, Scans.Length - 1], Gen.Double[0, 1]).Sample(
            (scan, share) =>
            {
                // From 1,000 bytes to more than the best of the longest takes, as many short as long.
                var maxBytes = (long)(1_000 * Math.Pow(400, share));
                switch (Pictures.Converter.Convert(Scans[scan], TargetShape.Paperwork, maxBytes, CancellationToken.None))
                {
                    case ConversionResult.Converted result:
                        Interlocked.Increment(ref converted);
                        result.Content.Length.Should().BeLessThanOrEqualTo((int)maxBytes);
                        CheckPages(result);
                        break;
                    case ConversionResult.Refused result:
                        Interlocked.Increment(ref refused);
                        result.Reason.Should().Contain("cannot be made to fit").And.EndWith(".");
                        break;
                }
            },
            iter: 40,
            threads: 2);

        converted.Should().BePositive();
        refused.Should().BePositive();
    }

    [Fact]
    public void Limit_is_lowered_step_by_step_no_step_is_refused_that_a_lower_one_is_not()
    {
        var fitted = new List<bool>();
        for (var maxBytes = 100_000L; maxBytes >= 1_000; maxBytes = maxBytes * 3 / 4)
        {
            fitted.Add(Pictures.Converter.Convert(Scans[2], TargetShape.Paperwork, maxBytes, TestContext.Current.CancellationToken)
                is ConversionResult.Converted);
        }

        fitted[0].Should().BeTrue();
        fitted[^1].Should().BeFalse();
        fitted.Should().BeInDescendingOrder();
    }

    [Fact]
    public void Photograph_among_texts_gives_way_before_they_do()
    {
        using var photo = Papers.Photo().ToImage();
        using var text = Papers.Text().ToImage();
        using var pages = text.Join(photo, NetVips.Enums.Direction.Vertical);
        using var joined = pages.Join(text, NetVips.Enums.Direction.Vertical);
        var scan = joined.TiffsaveBuffer(compression: NetVips.Enums.ForeignTiffCompression.Lzw, pageHeight: text.Height);
        var best = Resolutions(Pictures.Convert(scan, TargetShape.Paperwork, 2_000_000));

        var tight = Resolutions(Pictures.Convert(scan, TargetShape.Paperwork, 350_000));

        best.Should().Equal(200, 200, 200);
        tight[0].Should().Be(200);
        tight[1].Should().BeInRange(FloorDpi, 170);
        tight[2].Should().Be(200);
    }

    [Fact]
    public void Long_scan_over_the_limit_is_filled_by_reading_hardly_a_page_twice()
    {
        var scan = SamplePictures.LongScan(seed: 1, pages: 24, 827, 1170);
        var best = Pictures.Convert(scan, TargetShape.Paperwork, 2_000_000);
        var limit = best.Content.Length * 85 / 100;
        using var inner = PageFiles.Open(scan, PictureFormat.Tiff, Pictures.Options);
        inner.ReadHeader(best.Pages, CancellationToken.None);
        using var file = new CountingFile(inner);
        var paper = new PaperworkWithinLimit(new PaperPages(file, straighten: false, CancellationToken.None), best.Pages, limit);

        for (var page = 0; page < best.Pages; page++)
        {
            paper.Add().Should().BeTrue();
        }

        paper.Write().Length.Should().BeInRange(limit * 95 / 100, limit);

        // Its header and its points, each once a reading.
        file.Opened.Keys.Should().HaveCount(best.Pages);
        file.Opened.Values.Sum().Should().BeLessThanOrEqualTo(2 * (best.Pages + 3));
    }

    [Fact]
    public void Page_that_is_read_ahead_and_damaged_is_known_by_its_number()
    {
        using var inner = PageFiles.Open(Scans[^1], PictureFormat.Tiff, Pictures.Options);
        var count = inner.ReadHeader(100, CancellationToken.None).Pages;
        using var file = new CountingFile(inner) { DamagedFrom = count / 2 };
        var pages = new PaperPages(file, straighten: false, CancellationToken.None);
        var paper = new PaperworkWithinLimit(pages, count, maxBytes: 10_000);

        paper.Invoking(all => all.Add()).Should().Throw<UnreadableFileException>();

        pages.LastRead.Should().BeInRange(count / 2, count - 1);
    }

    [Fact]
    public void Levels_of_a_page_end_with_the_time_for_its_file()
    {
        using var file = PageFiles.Open(SamplePictures.GreyScan(1), PictureFormat.Tiff, Pictures.Options);
        using var time = new CancellationTokenSource();
        var page = new PaperPages(file, straighten: false, time.Token).Read(0);
        page.Code(page.Levels - 1).Code.Should().NotBeEmpty();

        time.Cancel();

        page.Invoking(late => late.Code(page.Levels - 1)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Photograph_below_the_floor_is_refused_and_not_blackened()
    {
        Pictures.Refuse(Papers.Photo().ToTiff(), TargetShape.Paperwork, 20_000).Should().Contain("cannot be made to fit 20,000 bytes");
    }

    [Fact]
    public void Coarse_fax_keeps_its_unequal_resolution_and_its_points()
    {
        var page = Papers.Text().With((_, y, grey) => y % 2 == 0 ? grey : byte.MaxValue) with { HorizontalDpi = 204, VerticalDpi = 98 };
        var bits = Threshold.At(page, 128);
        var fax = Group4Tiff.Write([Group4Tiff.Code(new BilevelPage(page.Width, page.Height, 204, 98, bits))]);

        var converted = Pictures.Convert(fax, TargetShape.Paperwork);

        converted.Content.ToArray().Should().Equal(fax);
        Resolutions(Pictures.Convert(fax, TargetShape.Paperwork, fax.Length - 1)).Should().Equal(170);
    }

    private static void CheckPages(ConversionResult.Converted result)
    {
        var resolutions = Resolutions(result);
        resolutions.Should().HaveCount(result.Pages);
        resolutions.Should().OnlyContain(dpi => dpi >= FloorDpi);
    }

    private static List<int> Resolutions(ConversionResult.Converted result)
    {
        List<int> resolutions = [];
        using var tiff = Tiff.ClientOpen("read", "r", new MemoryStream(result.Content.ToArray()), new TiffStream());
        do
        {
            tiff.NumberOfStrips().Should().Be(1);
            tiff.GetField(TiffTag.COMPRESSION)[0].ToInt().Should().Be((int)Compression.CCITTFAX4);
            resolutions.Add((int)Math.Round(tiff.GetField(TiffTag.XRESOLUTION)[0].ToDouble()));
        }
        while (tiff.ReadDirectory());

        return resolutions;
    }

    /// <summary>Counts how often each page is opened.</summary>
    private sealed class CountingFile(IPageFile file) : IPageFile
    {
        public Dictionary<int, int> Opened { get; } = [];

        public int DamagedFrom { get; init; } = int.MaxValue;

        public PictureFormat Format => file.Format;

        public PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken) => file.ReadHeader(maxPages, cancellationToken);

        public NetVips.Image Open(int page, CancellationToken cancellationToken, NetVips.Enums.Access access)
        {
            Opened[page] = Opened.GetValueOrDefault(page) + 1;
            return page < DamagedFrom ? file.Open(page, cancellationToken, access) : throw new UnreadableFileException();
        }

        public NetVips.Image OpenShrunk(int longSide, CancellationToken cancellationToken) => file.OpenShrunk(longSide, cancellationToken);

        public void Dispose()
        {
            // The file is its owner's.
        }
    }
}
