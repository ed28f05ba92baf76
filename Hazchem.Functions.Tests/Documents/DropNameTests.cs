using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Tests.Documents;

public sealed class DropNameTests
{
    [Theory]
    [InlineData("045/HZ1/delivery-image/IMG_0001.jpg", "IMG_0001.jpg")]
    [InlineData("045/hz1/cop/délivery note (1) & 2%.tif", "délivery note (1) & 2%.tif")]
    [InlineData("045/HZ1/pod/a+b#c'd\"e", "a+b#c'd\"e")]
    [InlineData("045/HZ1/pod/a..b", "a..b")]
    public void TryParse_fits_hasItsParts(string blobName, string fileName)
    {
        DropName.TryParse(blobName, out var name, out var reason).Should().BeTrue(reason);
        name!.Depot.Value.Should().Be("045");
        name.Consignment.Value.Should().Be("HZ1");
        name.FileName.Should().Be(fileName);
    }

    [Theory]
    [InlineData("nonsense.txt", "0 slashes")]
    [InlineData("045/HZ1/pod", "2 slashes")]
    [InlineData("045/HZ1/pod/sub/file.jpg", "4 slashes")]
    [InlineData("/045/HZ1/pod/file.jpg", "4 slashes")]
    [InlineData("45/HZ1/pod/file.jpg", "three-digit")]
    [InlineData("0451/HZ1/pod/file.jpg", "three-digit")]
    [InlineData("٠٤٥/HZ1/pod/file.jpg", "three-digit")]
    [InlineData("045/../pod/file.jpg", "no letter and no digit")]
    [InlineData("045/HZ 1/pod/file.jpg", "' '")]
    [InlineData("045/HZ1/POD/file.jpg", "lower case")]
    [InlineData("045/HZ1/invoice/file.jpg", "delivery-image, cop or pod")]
    [InlineData("045/HZ1/pod/", "file name is empty")]
    [InlineData("045/HZ1/pod/..", "no file's name")]
    [InlineData("045/HZ1/pod/a\u0007b", "control character")]
    public void TryParse_doesNotFit_saysWhy(string blobName, string expected)
    {
        DropName.TryParse(blobName, out _, out var reason).Should().BeFalse();
        reason.Should().Contain(expected);
    }

    [Fact]
    public void TryParse_900Characters_isTheMost()
    {
        const string Prefix = "045/HZ1/pod/";
        DropName.TryParse(Prefix + new string('n', 900 - Prefix.Length), out _, out _).Should().BeTrue();
        DropName.TryParse(Prefix + new string('n', 901 - Prefix.Length), out _, out var reason).Should().BeFalse();
        reason.Should().Contain("901 characters; 900 are allowed");
    }
}
