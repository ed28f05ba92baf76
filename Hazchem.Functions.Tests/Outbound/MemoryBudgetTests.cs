using Hazchem.Functions.Imaging;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Tests.Imaging;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;

namespace Hazchem.Functions.Tests.Outbound;

public sealed class MemoryBudgetTests : IAsyncDisposable
{
    /// <summary>A scan of two pages is long for it.</summary>
    private static readonly ImageConverter Images = new(Pictures.Options with { MaxTotalMegapixels = 40 });

    private static readonly byte[] LongScan = SamplePictures.GreyScan(1);
    private static readonly byte[] Photo = SamplePictures.Photo(1, 320, 240);

    private readonly NoTime time = new() { IsOver = false };
    private readonly MemoryBudget budget;

    public MemoryBudgetTests() =>
        budget = new MemoryBudget(new OutboundSettings { MemoryMegabytes = 64, MemoryWait = TimeSpan.FromMinutes(1) }, time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Photo_behindEightLongScans_isBegunBeforeTheyAreOver()
    {
        var scans = Enumerable.Range(0, 8).Select(_ => ConvertAsync(LongScan)).ToList();
        var turn = await scans[0];

        (await ConvertAsync(Photo)).Should().NotBeNull();
        scans.Skip(1).Should().OnlyContain(scan => !scan.IsCompleted);

        foreach (var scan in scans.Skip(1))
        {
            turn!.Dispose();
            turn = await scan;
            turn.Should().NotBeNull("each comes to its turn");
        }
    }

    [Fact]
    public async Task LongScan_amongPhotosThatKeepComing_comesToItsTurn()
    {
        // One takes more than half of either part.
        var large = SamplePictures.PlainJpeg(1, 1500, 1100);
        using var first = await ConvertAsync(large);
        var second = await ConvertAsync(large);
        var scan = ConvertAsync(LongScan);
        var later = Enumerable.Range(0, 3).Select(_ => ConvertAsync(large)).ToList();

        second!.Dispose();

        (await scan).Should().NotBeNull();
        later.Should().OnlyContain(photo => !photo.IsCompleted);
    }

    [Fact]
    public async Task SmallFile_behindLargeOnes_isReadBeforeThem()
    {
        using var large = await budget.TakeForFileAsync(50_000_000, Cancellation);
        var next = budget.TakeForFileAsync(50_000_000, Cancellation);

        (await budget.TakeForFileAsync(500_000, Cancellation)).Should().NotBeNull();
        next.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task PageToDraw_ofALongScan_doesNotWaitForLongScans()
    {
        using var scan = await ConvertAsync(LongScan);

        (await budget.TakeForPageAsync(LongScan, Images, Cancellation)).Should().NotBeNull();
    }

    [Fact]
    public async Task Room_thatIsNotThereInTime_isNotWaitedFor()
    {
        using var scan = await ConvertAsync(LongScan);
        using var upload = await budget.TakeForUploadAsync(4_000_000, Cancellation);
        time.IsOver = true;

        (await ConvertAsync(LongScan)).Should().BeNull();
        (await budget.TakeForUploadAsync(4_000_000, Cancellation)).Should().BeNull();
    }

    public ValueTask DisposeAsync() => budget.DisposeAsync();

    private Task<IDisposable?> ConvertAsync(byte[] content) => budget.TakeForConversionAsync(content, Images, Cancellation);
}
