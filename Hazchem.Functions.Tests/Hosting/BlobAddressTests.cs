using Hazchem.Functions.Hosting.CustomHandler;

namespace Hazchem.Functions.Tests.Hosting;

public sealed class BlobAddressTests
{
    private const string Emulator = "/devstoreaccount1/outbound";

    [Theory]
    [InlineData("http://127.0.0.1:21000/devstoreaccount1/outbound/045/HZ1/pod/a.jpg", Emulator, "045/HZ1/pod/a.jpg")]
    [InlineData("https://account.blob.core.windows.net/outbound/045/HZ1/pod/a.jpg", "/outbound", "045/HZ1/pod/a.jpg")]
    [InlineData("https://account.blob.core.windows.net/outbound/nonsense.txt", "/outbound", "nonsense.txt")]
    [InlineData("http://h/devstoreaccount1/outbound/d%C3%A9livery%20note%20%281%29%20%26%202%25.tif", Emulator, "délivery note (1) & 2%.tif")]
    [InlineData("http://h/devstoreaccount1/outbound/a+b%2Bc%23d%3Fe%22f'g", Emulator, "a+b+c#d?e\"f'g")]
    [InlineData("http://h/devstoreaccount1/outbound/045/../x", Emulator, "045/../x")]
    [InlineData("http://h/devstoreaccount1/outbound/dé", Emulator, "dé")]
    [InlineData("http://h/devstoreaccount1/outbound/%F0%9F%98%80", Emulator, "😀")]
    [InlineData("http://h/devstoreaccount1/outbound/a?snapshot=1", Emulator, "a")]
    public void TryParse_ofTheContainer_isItsName(string address, string containerPath, string expected)
    {
        BlobAddress.TryParse(address, containerPath, out var name, out var reason).Should().BeTrue(reason);
        name.Should().Be(expected);
    }

    [Theory]
    [InlineData("", "no address")]
    [InlineData("outbound/a", "no address")]
    [InlineData("ftp://h/devstoreaccount1/outbound/a", "no address")]
    [InlineData("http://h", "no address")]
    [InlineData("http://h/devstoreaccount1/outbound", "names no blob of the container")]
    [InlineData("http://h/devstoreaccount1/outbound/", "names no blob of the container")]
    [InlineData("http://h/devstoreaccount1/sent/a", "names no blob of the container")]
    [InlineData("http://h/devstoreaccount1/outbound2/a", "names no blob of the container")]
    [InlineData("http://h/devstoreaccount1/outbound/a%", "percent sign")]
    [InlineData("http://h/devstoreaccount1/outbound/a%4", "percent sign")]
    [InlineData("http://h/devstoreaccount1/outbound/a%zz", "percent sign")]
    [InlineData("http://h/devstoreaccount1/outbound/a%C3", "percent sign")]
    public void TryParse_anythingElse_saysWhy(string address, string expected)
    {
        BlobAddress.TryParse(address, Emulator, out _, out var reason).Should().BeFalse();
        reason.Should().Contain(expected);
    }
}
