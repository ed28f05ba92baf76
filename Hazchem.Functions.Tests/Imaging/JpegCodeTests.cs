using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using NetVips;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class JpegCodeTests
{
    private static readonly byte[] Plain = SamplePictures.PlainJpeg(1, 640, 480);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every way in which our codec writes.</summary>
    public static TheoryData<bool, bool, bool, int, Enums.ForeignSubsample, int> Codings
    {
        get
        {
            TheoryData<bool, bool, bool, int, Enums.ForeignSubsample, int> codings = [];
            foreach (var restartInterval in (int[])[0, 1, 7, 40])
            {
                foreach (var bands in (int[])[1, 3, 4])
                {
                    foreach (var isProgressive in new[] { false, true })
                    {
                        codings.Add(isProgressive, false, false, restartInterval, Enums.ForeignSubsample.On, bands);
                        codings.Add(isProgressive, true, isProgressive, restartInterval, Enums.ForeignSubsample.Off, bands);
                    }
                }
            }

            return codings;
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void Whole_picture_of_any_coding_is_exact(
        bool isProgressive, bool isOptimised, bool hasOptimisedScans, int restartInterval, Enums.ForeignSubsample subsample, int bands)
    {
        foreach (var (width, height, quality) in new[] { (333, 217, 90), (8, 8, 10), (1, 1, 50), (640, 17, 100) })
        {
            using var scene = Pictures.Open(SamplePictures.Png(1, 640, 480));
            using var part = scene.ExtractArea(0, 0, width, height);
            using var coloured = bands == 3 ? part.Copy() : part.Colourspace(bands == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Cmyk);
            var jpeg = coloured.JpegsaveBuffer(
                q: quality,
                interlace: isProgressive,
                optimizeCoding: isOptimised,
                optimizeScans: hasOptimisedScans,
                restartInterval: restartInterval,
                subsampleMode: subsample);

            JpegCode.Read(jpeg, Cancellation).Should().Be(new JpegCode(0, true));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Share_that_is_lost_is_that_of_the_rows_without_code(double share)
    {
        var cut = Plain[..(int)(Plain.Length * share)];
        using var shown = Image.NewFromBuffer((byte[])[.. cut, 0xFF, 0xD9], failOn: Enums.FailOn.None);
        var grey = 0;
        while (IsGrey(shown, shown.Height - grey - 1))
        {
            grey++;
        }

        JpegCode.Read(cut, Cancellation).Lost.Should().BeApproximately(grey / (double)shown.Height, 16.0 / shown.Height);
    }

    [Fact]
    public void Picture_that_lacks_only_its_last_rows_or_its_end_is_sent_and_one_that_lacks_more_is_not()
    {
        foreach (var whole in new[] { SamplePictures.PlainJpeg(1), SamplePictures.Photo(1, orientation: 6) })
        {
            foreach (var missing in new[] { whole[..^2], whole[..(int)(whole.Length * 0.995)], [.. whole[..(int)(whole.Length * 0.995)], 0xFF, 0xD9] })
            {
                SamplePictures.LooksUpright(Pictures.Convert(missing, TargetShape.PictureOrPaperwork).Content.ToArray()).Should().BeTrue();
                Pictures.Convert(missing, TargetShape.Paperwork).Pages.Should().Be(1);
            }

            foreach (var missing in new[] { whole[..(int)(whole.Length * 0.9)], [.. whole[..(int)(whole.Length * 0.9)], 0xFF, 0xD9] })
            {
                foreach (var shape in Enum.GetValues<TargetShape>())
                {
                    Pictures.Refuse(missing, shape).Should().Contain("damaged");
                }
            }
        }
    }

    [Fact]
    public void Progressive_picture_without_its_last_scans_is_refused()
    {
        var whole = SamplePictures.ProgressiveJpeg(1);
        var last = whole.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

        Pictures.Refuse(whole[..last], TargetShape.OnePicture).Should().Contain("damaged");
        Pictures.Refuse([.. whole[..(last + ((whole.Length - last) / 2))], 0xFF, 0xD9], TargetShape.OnePicture).Should().Contain("damaged");
    }

    [Fact]
    public void Damage_ends_at_the_next_restart()
    {
        using var scene = Pictures.Open(SamplePictures.Png(1, 640, 480));
        var jpeg = scene.JpegsaveBuffer(q: 90, restartInterval: 1);
        var third = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD2]);

        byte[] twice = [.. jpeg[..(third + 2)], 0xFF, 0xD3, .. jpeg[(third + 2)..]];
        byte[] never = [.. jpeg[..third], .. jpeg[(third + 2)..]];
        foreach (var damaged in new[] { twice, never })
        {
            JpegCode.Read(damaged, Cancellation).Lost.Should().BeInRange(0.0001, 0.01);
            Pictures.Convert(damaged, TargetShape.OnePicture);
        }
    }

    private static bool IsGrey(Image picture, int row)
    {
        using var line = picture.ExtractArea(0, row, picture.Width, 1);
        return line.WriteToMemory<byte>().All(value => value == 128);
    }
}
