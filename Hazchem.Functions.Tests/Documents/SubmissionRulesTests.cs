using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Tests.Documents;

public sealed class SubmissionRulesTests
{
    [Theory]
    [InlineData("046/HZ1/pod/a.jpg", "Depot 046 is not one of ours (045, 047)")]
    [InlineData("045/HZ1/cop/a.tif", "only unsigned paperwork travels", "signed", "true")]
    [InlineData("045/HZ1/cop/a.tif", "delivery depot", "depotrole", "Delivery")]
    public void Refuse_againstTheRules_saysWhy(string blobName, string expected, string? key = null, string? value = null) =>
        Refuse(blobName, key, value).Should().Contain(expected);

    [Theory]
    [InlineData("045/HZ1/cop/a.tif")]
    [InlineData("045/HZ1/cop/a.tif", "signed", "false")]
    [InlineData("045/HZ1/cop/a.tif", "depotrole", "collection")]
    [InlineData("047/HZ1/pod/a.tif", "signed", "true")]
    [InlineData("045/HZ1/delivery-image/a.jpg", "depotrole", "delivery")]
    public void Refuse_withinTheRules_isNull(string blobName, string? key = null, string? value = null) =>
        Refuse(blobName, key, value).Should().BeNull();

    private static string? Refuse(string blobName, string? key, string? value)
    {
        DropName.TryParse(blobName, out var name, out _).Should().BeTrue();
        var metadata = DropMetadata.Of(key is null ? [] : [new(key, value!)]);
        return SubmissionRules.Refuse(name!, metadata, [Depot("045"), Depot("047")]);
    }

    private static DepotCode Depot(string text) => DepotCode.TryParse(text, out var code, out _) ? code : throw new ArgumentException(text);
}
