using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Tests.Documents;

public sealed class DropMetadataTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("  ", false)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("true", true)]
    [InlineData("no", true)]
    [InlineData("0", true)]
    public void Signed_isAnythingButAbsentEmptyOrFalse(string? value, bool expected) =>
        Of("signed", value).Signed.Should().Be(expected);

    [Theory]
    [InlineData("2026-11-22T14:03:07Z", "2026-11-22T14:03:07+00:00")]
    [InlineData("2026-11-22T14:03:07.5+01:00", "2026-11-22T14:03:07.5+01:00")]
    [InlineData("1601-01-01T00:00:00Z", "1601-01-01T00:00:00+00:00")]
    public void CapturedAt_withOffset_isRead(string value, string expected)
    {
        var metadata = Of("capturedat", value);
        metadata.CapturedAt.Should().Be(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));
        metadata.Note.Should().BeNull();
    }

    [Theory]
    [InlineData("2026-11-22T14:03:07")]
    [InlineData("22/11/2026 14:03")]
    [InlineData("yesterday")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1601-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    public void CapturedAt_withoutOffsetOrNoTime_isLeftOutAndSaidSo(string value)
    {
        var metadata = Of("CapturedAt", value);
        metadata.CapturedAt.Should().BeNull();
        metadata.Note.Should().Contain("capturedat").And.Contain("2026-11-22T14:03:07Z");
    }

    [Fact]
    public void Reference_tooLong_isCut() =>
        Of("reference", new string('r', 300)).Reference.Should().HaveLength(256);

    private static DropMetadata Of(string key, string? value) =>
        DropMetadata.Of(value is null ? [] : [new(key, value)]);
}
