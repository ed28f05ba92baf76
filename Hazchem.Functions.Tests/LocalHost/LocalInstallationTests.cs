using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class LocalInstallationTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("hazchem-local-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public async Task Simulator_started_again_on_the_same_data_gives_other_ids()
    {
        var first = await PublishedIdAsync();
        var second = await PublishedIdAsync();

        first.Should().Be("D-000000001");
        second.Should().MatchRegex("^D-[0-9]{12}-000000001$");
    }

    private async Task<string> PublishedIdAsync()
    {
        await using var installation = await LocalInstallation.StartAsync(
            new LocalInstallationOptions
            {
                DataFolder = data.FullName,
                AppFolder = AppProcess.Folder,
                EnvironmentWins = false,
                TimersEnabled = false,
            },
            TestContext.Current.CancellationToken);
        return installation.Simulator!.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = new byte[] { 1 },
            VisibleTo = [LocalInstallation.OwnDepot],
        });
    }
}
