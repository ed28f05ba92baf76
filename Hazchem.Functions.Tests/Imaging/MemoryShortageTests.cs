using Hazchem.Functions.Imaging;
using Hazchem.Functions.Tests.Portal;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using ImageMagick;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

[Collection(MemoryShortage.Name)]
public sealed class MemoryShortageTests
{
    /// <summary>In bytes: of no picture here.</summary>
    private const ulong TooLittle = 1_000;

    [Fact]
    public void Picture_that_there_is_no_memory_for_is_not_called_damaged_and_is_read_when_there_is()
    {
        byte[][] pictures =
        [
            SamplePictures.Heic(1),
            BmpFile.Write(40, 24),
            TiffFile.Write([TiffPage.OldStyleJpeg(SamplePictures.PlainJpeg(1, 800, 608), 800, 608)]),
        ];
        foreach (var picture in pictures)
        {
            Pictures.Convert(picture, TargetShape.OnePicture);
            foreach (var shape in Enum.GetValues<TargetShape>())
            {
                Short(() => Pictures.Converter.Convert(picture, shape, 500_000, TestContext.Current.CancellationToken)).Should().Be(
                    new ConversionResult.OutOfMemory("The file takes more memory to read than there is. Save it smaller, or split it, and drop it again."));
            }

            Pictures.Convert(picture, TargetShape.OnePicture);
        }
    }

    [Fact]
    public async Task Document_that_there_is_no_memory_for_waits_and_is_sent_when_there_is()
    {
        await using var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        Pictures.Convert(SamplePictures.Heic(1), TargetShape.OnePicture);

        await Short(() => app.DropAndSendAsync("045/HZ1/delivery-image/IMG_0001.heic", SamplePictures.Heic(1)));

        var waiting = await app.DocumentAsync();
        waiting.GetString("State").Should().Be("Waiting");
        waiting.GetString("Reason").Should().Be("There was not the memory to read it, which may be for a busy machine.");

        await app.SweepAsync(TimeSpan.FromMinutes(2));

        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
    }

    [Fact]
    public async Task Document_that_there_is_no_memory_for_in_ten_minutes_is_refused()
    {
        await using var app = await AppHarness.StartAsync();
        Pictures.Convert(SamplePictures.Heic(1), TargetShape.OnePicture);

        await Short(async () =>
        {
            await app.DropAndSendAsync("045/HZ1/delivery-image/IMG_0001.heic", SamplePictures.Heic(1));
            await app.SweepAsync(TimeSpan.FromMinutes(11));
        });

        var refused = await app.DocumentAsync();
        refused.GetString("State").Should().Be("Rejected");
        refused.GetString("Reason").Should().Contain("more memory to read than there is");
    }

    [Fact]
    public async Task Thumbnail_that_there_is_no_memory_for_is_made_when_there_is()
    {
        await using var portal = await PortalHarness.StartAsync();
        portal.App.Announce("HZ1");
        await portal.App.DropAndSendAsync("045/HZ1/delivery-image/IMG_0001.heic", SamplePictures.Heic(1));
        var thumbnail = (await portal.DocumentAsync("HZ1")).GetProperty("links").GetProperty("thumbnail").GetString()!;

        await Short(async () =>
        {
            var tooLittle = await portal.SendAsync(HttpMethod.Get, thumbnail);
            await PortalHarness.ReadAsync(tooLittle, 503);
        });

        (await portal.App.ListAsync("thumbnails")).Should().BeEmpty();
        using var answer = await portal.SendAsync(HttpMethod.Get, thumbnail);
        answer.EnsureSuccessStatusCode();
    }

    private static T Short<T>(Func<T> act)
    {
        var enough = ResourceLimits.Memory;
        ResourceLimits.Memory = TooLittle;
        try
        {
            return act();
        }
        finally
        {
            ResourceLimits.Memory = enough;
        }
    }

    private static async Task Short(Func<Task> act)
    {
        var enough = ResourceLimits.Memory;
        ResourceLimits.Memory = TooLittle;
        try
        {
            await act();
        }
        finally
        {
            ResourceLimits.Memory = enough;
        }
    }
}
