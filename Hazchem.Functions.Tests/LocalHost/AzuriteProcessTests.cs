using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Hazchem.LocalHost;
using Hazchem.LocalHost.Azurite;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class AzuriteProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Azurite_stopped_and_started_has_its_ports_and_data()
    {
        var folder = Directory.CreateTempSubdirectory("hazchem-azurite-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { DataFolder = folder.FullName }, Token);
            var container = new BlobContainerClient(azurite.ConnectionString, "kept");
            await container.CreateAsync(cancellationToken: Token);
            await container.UploadBlobAsync("file", BinaryData.FromString("content"), Token);
            var before = azurite.ConnectionString;

            await azurite.StopAsync();
            await azurite.StartAsync(Token);

            azurite.ConnectionString.Should().Be(before);
            var read = await container.GetBlobClient("file").DownloadContentAsync(Token);
            read.Value.Content.ToString().Should().Be("content");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Azurite_disposed_leaves_no_process()
    {
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions(), Token);
        using var process = Process.GetProcessById(azurite.ProcessId!.Value);

        await azurite.DisposeAsync();

        process.HasExited.Should().BeTrue();
    }

    [Fact]
    public async Task Azurite_on_a_taken_port_says_which()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var starting = () => AzuriteProcess.StartAsync(new AzuriteOptions { QueuePort = port }, Token);

        (await starting.Should().ThrowAsync<LocalHostException>()).WithMessage($"Port {port} is taken by another program*");
    }
}
