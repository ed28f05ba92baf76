using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Storage;

public sealed class NamesTests
{
    [Theory]
    [InlineData("D-000000123", "D-000000123")]
    [InlineData("a/b\\c#d?e", "a_2Fb_5Cc_23d_3Fe")]
    [InlineData(".", "_2E")]
    [InlineData("..", "_2E_2E")]
    [InlineData("a_b", "a_5Fb")]
    [InlineData("a 2Fb", "a_202Fb")]
    public void Encode_anyId_isAKeyAndASegment(string id, string expected) => NameEncoding.Encode(id).Should().Be(expected);

    [Fact]
    public void Encode_allPrintable_areDifferent() =>
        Enumerable.Range(32, 95).Select(c => NameEncoding.Encode(((char)c).ToString())).Should().OnlyHaveUniqueItems();

    [Fact]
    public void ArchiveName_longestDrop_fitsAndKeepsBothEnds()
    {
        var file = "begin-" + new string('é', 870) + "-end.jpg";
        DropName.TryParse("045/" + new string('C', 14) + "/pod/" + file[..(900 - 23)], out var name, out _).Should().BeTrue();
        ArchiveNames.Of(name!, Sha256Hash.Of("x")).Length.Should().BeLessThanOrEqualTo(1024);
    }

    [Fact]
    public void ArchiveName_unaddressedOf1024Characters_isShortenedInTheMiddle()
    {
        var archived = ArchiveNames.OfUnaddressed("begin/" + new string('n', 1010) + "/end.jpg", Sha256Hash.Of("x"));
        archived.Should().HaveLength(1024).And.StartWith("unaddressed/2d711642b726b044-begin_").And.EndWith("_end.jpg");
    }

    [Fact]
    public void ArchiveName_surrogatesAtTheCut_stayWhole()
    {
        foreach (var shift in Enumerable.Range(0, 3))
        {
            var archived = ArchiveNames.OfUnaddressed(new string('n', shift) + string.Concat(Enumerable.Repeat("😀", 510)), Sha256Hash.Of("x"));
            archived.Length.Should().BeLessThanOrEqualTo(1024);
            archived.EnumerateRunes().Should().NotContain(System.Text.Rune.ReplacementChar);
        }
    }

    [Fact]
    public void DocumentKey_unaddressedNames_areToldApart()
    {
        var hash = Sha256Hash.Of("x");
        DocumentKey.ToSendUnaddressed("a", hash).Should().NotBe(DocumentKey.ToSendUnaddressed("b", hash));
    }
}
