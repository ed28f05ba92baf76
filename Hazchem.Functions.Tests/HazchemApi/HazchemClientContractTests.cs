using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Tests.Simulator;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.HazchemApi;

public sealed class HazchemClientContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_of_every_kind_are_as_the_contract_has_them()
    {
        var contract = await HazchemContract.LoadAsync(Cancellation);
        using var handler = new HazchemContractHandler(contract, new SocketsHttpHandler());
        await using var harness = await HazchemHarness.StartAsync(handler: handler);
        var since = TimeProvider.System.GetUtcNow().AddHours(-1);
        foreach (var id in new[] { "D-1", "a/b?c#d%41 e" })
        {
            harness.Network.Publish(new PublishedDocument
            {
                ConsignmentNumber = "HZ1",
                DocumentType = "DELIVERY_IMAGE",
                Content = HazchemHarness.Jpeg,
                DocumentId = id,
            });
        }

        await harness.Client.SendAsync(HazchemHarness.Document(fileName: "Tür \"1\".jpg", capturedAt: since), Cancellation);
        await harness.Client.SendAsync(
            HazchemHarness.Document(
                type: DocumentType.CustomerPaperwork, key: "key-2", fileName: "scan.tif", contentType: "image/tiff", content: [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
            Cancellation);
        await harness.Client.SendAsync(HazchemHarness.Document(type: DocumentType.ProofOfDelivery, key: "key-3"), Cancellation);
        var page = (ListOutcome.Page)await harness.Client.ListAsync(HazchemHarness.Depot, since, null, 1, Cancellation);
        await harness.Client.ListAsync(HazchemHarness.Depot, since, page.NextCursor, 1, Cancellation);
        await using var content = await harness.Client.GetContentAsync(HazchemHarness.Depot, "a/b?c#d%41 e", HazchemHarness.Jpeg.Length, Cancellation)
            as ContentOutcome.Received;

        handler.RequestProblems.Should().BeEmpty();
        handler.ResponseProblems.Should().BeEmpty();
        harness.Network.Requests.Total.Should().Be(6);
        harness.Network.Received.Should().HaveCount(3);
    }
}
