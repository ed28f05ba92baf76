using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Tests.HazchemApi;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-22T14:03:07.120Z", 120)]
    [InlineData("2026-11-22t14:03:07.12z", 120)]
    [InlineData("2026-11-22T14:03:07.120456789Z", 120)]
    [InlineData("2026-11-22T16:03:07+02:00", 0)]
    [InlineData("2026-11-22T14:03:07-00:00", 0)]
    [InlineData("2026-11-22 14:03:07.120Z", 120)]
    public void TryParse_a_time_with_an_offset_reads_it(string text, int milliseconds)
    {
        var time = Rfc3339.TryParse(text);

        time.Should().NotBeNull();
        time!.Value.ToUnixTimeMilliseconds().Should().Be(new DateTimeOffset(2026, 11, 22, 14, 3, 7, milliseconds, TimeSpan.Zero).ToUnixTimeMilliseconds());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-11-22T14:03:07")]
    [InlineData("2026-11-22 14:03:07.1200000")]
    [InlineData("2026-13-22T14:03:07Z")]
    [InlineData("22.11.2026")]
    public void TryParse_what_is_no_such_time_gives_nothing(string? text) => Rfc3339.TryParse(text).Should().BeNull();

    [Fact]
    public void TryParse_a_time_that_Table_Storage_refuses_gives_the_earliest_that_it_takes() =>
        Rfc3339.TryParse("0001-01-01T00:00:00Z").Should().Be(new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void FormatUtc_a_time_is_never_later_than_it()
    {
        var time = new DateTimeOffset(2026, 11, 22, 14, 3, 7, TimeSpan.FromHours(1)).AddTicks(TimeSpan.TicksPerMillisecond - 1);

        Rfc3339.FormatUtc(time).Should().Be("2026-11-22T13:03:07.000Z");
    }
}
