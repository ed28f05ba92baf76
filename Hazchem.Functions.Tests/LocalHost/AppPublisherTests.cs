using Hazchem.LocalHost;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class AppPublisherTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-publish-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("photo.jpg", "")]
    [InlineData("host.json", """{"version":"2.0"}""")]
    public async Task Publish_into_a_folder_of_something_else_says_so_and_leaves_it(string name, string content)
    {
        var file = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(file, content, Token);

        var publish = () => AppPublisher.PublishAsync(folder.FullName, "Debug", Token);

        (await publish.Should().ThrowAsync<LocalHostException>()).Which.Message.Should().Contain(folder.FullName);
        File.Exists(file).Should().BeTrue();
    }
}
