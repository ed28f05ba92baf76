using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Tests.Documents;

public sealed class ConsignmentNumberTests
{
    [Theory]
    [InlineData("HZ0012345678", "HZ0012345678")]
    [InlineData("hz1", "HZ1")]
    [InlineData("a-b_c.1", "A-B_C.1")]
    [InlineData("0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789")]
    public void TryParse_fits_isHeldInUpperCase(string text, string expected)
    {
        ConsignmentNumber.TryParse(text, out var number, out var reason).Should().BeTrue(reason);
        number!.Value.Should().Be(expected);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "no letter and no digit")]
    [InlineData("..", "no letter and no digit")]
    [InlineData("-_.", "no letter and no digit")]
    [InlineData("HZ 1", "' '")]
    [InlineData("HZ#1", "'#'")]
    [InlineData("HZé1", "'é'")]
    [InlineData("HZ\n1", "U+000A")]
    [InlineData("HZ١", "'١'")]
    [InlineData("01234567890123456789012345678901234567890", "41 characters")]
    public void TryParse_doesNotFit_saysWhy(string text, string expected)
    {
        ConsignmentNumber.TryParse(text, out var number, out var reason).Should().BeFalse();
        number.Should().BeNull();
        reason.Should().Contain(expected);
    }

    [Fact]
    public void Equality_otherCase_isTheSameConsignment()
    {
        ConsignmentNumber.TryParse("hz1", out var lower, out _).Should().BeTrue();
        ConsignmentNumber.TryParse("HZ1", out var upper, out _).Should().BeTrue();
        lower.Should().Be(upper);
    }
}
