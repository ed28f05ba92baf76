using System.Security.Cryptography;
using Hazchem.Functions.Storage;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

public sealed class InboundEndToEndTests
{
    [Fact]
    public async Task Thousand_documents_are_fetched_in_one_run_within_little_memory()
    {
        await using var app = await HostedApp.StartAsync();
        await app.RunAsync("FetchDocuments");
        var before = app.PeakMemory();
        byte[] content = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, .. RandomNumberGenerator.GetBytes(300_000)];
        foreach (var i in Enumerable.Range(1, 1_000))
        {
            app.Network.Publish(new PublishedDocument
            {
                ConsignmentNumber = $"HZ{i / 4}",
                DocumentType = "CUSTOMER_PAPERWORK",
                Content = content,
                DocumentId = $"D-{i}",
                VisibleTo = ["045"],
                DepotRoles = ["DELIVERY"],
            });
        }

        await app.RunAsync("FetchDocuments");

        (await app.Storage.ListAsync("inbound")).Should().HaveCount(1_000);
        (await app.Storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Should().HaveCount(1_000)
            .And.OnlyContain(row => row.GetString(DocumentColumns.State) == "Received");
        (app.PeakMemory() - before).Should().BeLessThan(150_000_000, "300,000,000 bytes went through it");

        await app.RunAsync("FetchDocuments");
        app.Network.Requests.Count(route: ApiRoute.Content).Should().Be(1_000);
    }
}
