using Hazchem.Functions.Inbound;

namespace Hazchem.Functions.Tests.Inbound;

public sealed class HandledIdsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Contains_after_writing_and_reading_knows_the_same_ids()
    {
        var ids = new HandledIds();
        foreach (var i in Enumerable.Range(0, 10_000))
        {
            ids.Add($"D-{i}", Noon);
        }

        var read = new HandledIds(ids.ToChunks(), null);

        read.Count.Should().Be(10_000);
        read.Contains("D-0").Should().BeTrue();
        read.Contains("D-9999").Should().BeTrue();
        read.Contains("d-0").Should().BeFalse("ids are opaque");
        ids.ToChunks().Should().OnlyContain(chunk => chunk.Length <= 64 * 1024);
    }

    [Fact]
    public void ForgetBefore_a_time_keeps_what_is_of_that_time_or_later()
    {
        var ids = new HandledIds();
        ids.Add("before", Noon.AddSeconds(-1));
        ids.Add("at", Noon);
        ids.Add("after", Noon.AddMilliseconds(1));

        ids.ForgetBefore(Noon.AddMilliseconds(900));

        ids.Contains("before").Should().BeFalse();
        ids.Contains("at").Should().BeTrue("whole seconds are kept, so a time within the second is not forgotten");
        ids.Contains("after").Should().BeTrue();
    }

    [Fact]
    public void Add_beyond_the_capacity_says_until_when_an_id_may_be_known_that_is_not_here()
    {
        var ids = new HandledIds();
        foreach (var i in Enumerable.Range(0, HandledIds.Capacity))
        {
            ids.Add($"D-{i}", Noon);
        }

        ids.OverflowUntil.Should().BeNull();
        ids.Add("one-too-many", Noon.AddMinutes(1));

        ids.Count.Should().Be(HandledIds.Capacity);
        ids.OverflowUntil.Should().Be(Noon.AddMinutes(1));
        ids.ForgetBefore(Noon.AddMinutes(2));
        ids.OverflowUntil.Should().BeNull();
    }
}
