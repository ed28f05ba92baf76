using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using Hazchem.Functions.Storage;
using Hazchem.LocalHost;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

/// <summary>docs/examples/tms.mjs as docs/events.md says to run it.</summary>
public sealed class EventsExampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Example_reads_the_queue_attaches_each_document_once_and_leaves_the_queue_empty()
    {
        await using var app = await HostedApp.StartAsync(("Portal__BaseUrl", "https://documents.example.com/"));
        var photo = SamplePictures.Photo(1, width: 320, height: 240);
        app.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ1",
            DocumentType = "DELIVERY_IMAGE",
            Content = photo,
            DocumentId = "D <1> & \"more\"",
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
        await app.RunAsync("FetchDocuments");
        await app.Storage.DropAsync("045/HZ1/delivery-image/photo.jpg", photo, ("reference", "job-4711"));
        await app.Storage.DropAsync("045/HZ1/cop/note.txt", [1, 2, 3]);
        await app.UntilDropBoxIsEmptyAsync();
        var queue = new QueueClient(app.Account.ConnectionString, StorageNames.DocumentEventsQueue);
        var received = (await queue.PeekMessagesAsync(32, Cancellation)).Value.Select(message => message.MessageText)
            .Single(text => text.Contains("\"Received\"", StringComparison.Ordinal));
        await queue.SendMessageAsync("no JSON", Cancellation);
        var folder = Directory.CreateTempSubdirectory("hazchem-tms-");
        try
        {
            var first = await RunAsync(app, folder.FullName);
            first.Should().Contain("attached delivery-image").And.Contain("Hazchem has delivery-image as").And.Contain("for job-4711")
                .And.Contain("not sent.").And.Contain("delivery 1: ");
            var attached = folder.GetFiles("*.jpg").Should().ContainSingle().Which;
            (await File.ReadAllBytesAsync(attached.FullName, Cancellation)).Should().Equal(photo);

            // The one that is no message of ours comes again until it is put aside; all others are gone.
            (await queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount.Should().Be(1);

            await queue.SendMessageAsync(received, Cancellation);
            (await RunAsync(app, folder.FullName)).Should().NotContain("attached");
            (await queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount.Should().Be(1);
            (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "attached.jsonl"), Cancellation)).Should().HaveCount(3);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        using var message = JsonDocument.Parse(received);
        var links = message.RootElement.GetProperty("links");
        var row = message.RootElement.GetProperty("rowKey").GetString()!;
        links.GetProperty("self").GetString().Should().Be($"https://documents.example.com/api/v1/consignments/HZ1/documents/{Uri.EscapeDataString(row)}");
        links.GetProperty("content").GetString().Should().Be($"{links.GetProperty("self").GetString()}/content");
        links.GetProperty("portal").GetString().Should().Be("https://documents.example.com/api/portal/#/consignments/HZ1");
    }

    private static async Task<string> RunAsync(HostedApp app, string folder)
    {
        var signature = new BlobServiceClient(app.Account.ConnectionString).GenerateAccountSasUri(new AccountSasBuilder(
            AccountSasPermissions.All,
            TimeProvider.System.GetUtcNow().AddHours(1),
            AccountSasServices.Blobs | AccountSasServices.Queues,
            AccountSasResourceTypes.All)
        {
            Protocol = SasProtocol.HttpsAndHttp,
        }).Query;
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(RepositoryRoot.Find(), "docs", "examples", "tms.mjs"),
                "--queues", app.Account.QueueEndpoint.AbsoluteUri.TrimEnd('/'),
                "--blobs", app.Account.BlobEndpoint.AbsoluteUri.TrimEnd('/'),
                "--folder", folder,
                "--once",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SIGNATURE"] = signature;
        using var tms = Process.Start(start)!;
        var errors = tms.StandardError.ReadToEndAsync(Cancellation);
        var output = await tms.StandardOutput.ReadToEndAsync(Cancellation);
        await tms.WaitForExitAsync(Cancellation);
        var all = output + await errors;
        tms.ExitCode.Should().Be(0, all);
        return all;
    }
}
