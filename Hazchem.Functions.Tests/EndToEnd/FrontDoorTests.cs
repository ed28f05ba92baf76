using System.Net;
using System.Text;
using System.Text.Json;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

/// <summary>Each function of the published app, whichever host stands before it.</summary>
public sealed class FrontDoorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task App_behind_the_local_host_does_what_each_function_is_for()
    {
        await using var app = await HostedApp.StartAsync(("Portal__Authentication", "None"), ("Hazchem__Retries", "0"));
        await EachFunctionWorksAsync(app.Host.Address, app.Surroundings, () => app.Host.GaveUp.IsCompleted.Should().BeFalse());
    }

    [Fact]
    public async Task App_behind_Core_Tools_does_what_each_function_is_for()
    {
        Assert.SkipWhen(CoreToolsHost.Program is null, "Azure Functions Core Tools (func) are not installed.");
        await using var surroundings = await Surroundings.StartAsync(
            await AzuriteFixture.TakeAccountAsync(), ("Portal__Authentication", "None"), ("Hazchem__Retries", "0"));
        await using var host = await CoreToolsHost.StartAsync(AppProcess.Folder, surroundings);
        await EachFunctionWorksAsync(host.Address, surroundings, host.ShouldRun);
    }

    private static async Task EachFunctionWorksAsync(Uri address, Surroundings surroundings, Action shouldRun)
    {
        var (storage, network) = (surroundings.Storage, surroundings.Network);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = address };

        // SendDocument
        const string Name = "045/HZ1/delivery-image/délivérée 100% #1.jpg";
        await storage.DropAsync(Name, SamplePictures.Photo(1, width: 320, height: 240));
        await UntilAsync(async () => (await storage.ListAsync("outbound")).Count == 0);
        network.Received.Should().ContainSingle();
        var row = (await storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Should().ContainSingle().Which;
        row.GetString(DocumentColumns.State).Should().Be("Sent");
        row.GetString(DocumentColumns.DropName).Should().Be(Name);

        // FetchDocuments
        network.Publish(new PublishedDocument
        {
            ConsignmentNumber = "HZ2",
            DocumentType = "DELIVERY_IMAGE",
            Content = SamplePictures.Photo(2, width: 320, height: 240),
            DocumentId = "D-1",
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
        await RunAsync("FetchDocuments");
        await UntilAsync(async () => (await storage.ListAsync("inbound")).Count == 1);

        // Portal takes a file while Hazchem is down, and SweepOutbound sends it when it is due.
        network.Faults = new FaultPlan { Rate = 1, Kinds = [FaultKind.Error503], Routes = [ApiRoute.Send], Times = 1 };
        using (var put = new HttpRequestMessage(HttpMethod.Put, "/api/portal/v1/drop-box/045/HZ3/pod/a.jpg"))
        {
            put.Headers.Add("X-Portal", "1");
            put.Content = new ByteArrayContent(SamplePictures.Photo(3, width: 320, height: 240));
            using var taken = await client.SendAsync(put, Cancellation);
            taken.IsSuccessStatusCode.Should().BeTrue(await taken.Content.ReadAsStringAsync(Cancellation));
        }

        await UntilAsync(async () => (await storage.RowsAsync(StorageNames.ConsignmentDocumentsTable)).Any(row => row.GetString(DocumentColumns.State) == "Waiting"));
        await storage.PutBackAsync(StorageNames.OutboundWaitingTable, DocumentColumns.DueAt, TimeSpan.FromMinutes(2));
        await storage.PutBackAsync(StorageNames.ConsignmentDocumentsTable, DocumentColumns.DueAt, TimeSpan.FromMinutes(2));
        await RunAsync("SweepOutbound");
        await UntilAsync(async () => (await storage.ListAsync("outbound")).Count == 0);
        network.Received.Should().HaveCount(2);

        // CountDay
        await storage.PutBackAsync(StorageNames.ConsignmentDocumentsTable, "FirstSeenAt", TimeSpan.FromDays(1));
        await RunAsync("CountDay");
        await UntilAsync(async () => (await storage.RowsAsync(StorageNames.DepotStateTable)).Any(row => row.PartitionKey == DailyCount.Partition));

        // Api, Health, PortalPage and Portal
        using (var documents = JsonDocument.Parse(await client.GetStringAsync("/api/v1/consignments/HZ1/documents", Cancellation)))
        {
            documents.RootElement.ToString().Should().Contain("\"Sent\"");
        }

        await UntilAsync(async () => (await client.GetStringAsync("/api/health", Cancellation)).Contains("\"Healthy\"", StringComparison.Ordinal));
        using (var page = await client.GetAsync("/api/portal", Cancellation))
        {
            page.StatusCode.Should().Be(HttpStatusCode.Redirect);
            page.Headers.Location!.ToString().Should().Be("/api/portal/");
        }

        (await client.GetStringAsync("/api/portal/", Cancellation)).Should().Contain("<html");
        (await client.GetStringAsync("/api/portal/v1/me", Cancellation)).Should().NotBeEmpty();

        // What the host takes for the web page's is none of the TMS's, however it is written.
        foreach (var path in new[] { "/api/portal/..%5cv1/status", "/api/portal/..%2fv1/status" })
        {
            using var crooked = await client.GetAsync(
                new Uri($"{address.GetLeftPart(UriPartial.Authority)}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
                Cancellation);
            crooked.IsSuccessStatusCode.Should().BeFalse("{0} is no address", path);
        }

        async Task RunAsync(string function)
        {
            using var content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync($"/admin/functions/{function}", content, Cancellation);
            answer.StatusCode.Should().Be(HttpStatusCode.Accepted);
        }

        async Task UntilAsync(Func<Task<bool>> condition)
        {
            while (!await condition())
            {
                shouldRun();
                await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
            }
        }
    }
}
