using Hazchem.Functions.Hosting;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using Microsoft.Extensions.Configuration;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class CaptureTimeTests
{
    [Theory]
    [InlineData("2026:07:01 12:00:00", null, "2026-07-01T12:00:00+01:00")]
    [InlineData("2026:11:22 14:03:07", null, "2026-11-22T14:03:07+00:00")]
    [InlineData("2026:10:25 01:30:00", null, null)]
    [InlineData("2026:10:25 01:30:00", "+01:00", "2026-10-25T01:30:00+01:00")]
    [InlineData("2026:03:29 01:30:00", null, null)]
    [InlineData("2026:07:01 12:00:00", "-05:30", "2026-07-01T12:00:00-05:30")]
    [InlineData("2026:07:01 12:00:00", "Z", "2026-07-01T12:00:00+00:00")]
    [InlineData("2026:07:01 12:00:00", "+99:00", null)]
    [InlineData("0000:00:00 00:00:00", null, null)]
    [InlineData("1980:01:01 00:00:00", null, null)]
    [InlineData("9999:12:31 23:59:59", "-01:00", null)]
    [InlineData("yesterday", null, null)]
    [InlineData(null, null, null)]
    public void Time_of_a_photo_is_known_only_without_guessing(string? taken, string? offset, string? expected)
    {
        var photo = SamplePictures.Photo(1, 400, 300, takenAt: taken, offset: offset);

        var capturedAt = Pictures.Convert(photo, TargetShape.OnePicture).CapturedAt;

        capturedAt?.ToString("yyyy-MM-ddTHH:mm:sszzz").Should().Be(expected);
        capturedAt.HasValue.Should().Be(expected is not null);
    }

    [Fact]
    public void Unknown_time_zone_stops_the_start_with_a_line_that_names_it()
    {
        var read = () => ImagingOptions.From(Settings("TimeZone", "Mars/Olympus"));

        read.Should().Throw<SettingsException>().WithMessage("TimeZone: 'Mars/Olympus' is no time zone*");
    }

    [Fact]
    public void Setting_out_of_range_stops_the_start_with_a_line_that_names_it()
    {
        var read = () => ImagingOptions.From(Settings("Imaging:MaxPages", "0"));

        read.Should().Throw<SettingsException>().WithMessage("Imaging__MaxPages: must be*");
    }

    [Fact]
    public void Settings_left_out_have_their_defaults()
    {
        ImagingOptions.From(new ConfigurationBuilder().Build()).Should()
            .Be(new ImagingOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/London") });
    }

    private static IConfiguration Settings(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
}
