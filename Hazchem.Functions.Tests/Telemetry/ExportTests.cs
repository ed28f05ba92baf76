using System.Net;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.EndToEnd;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Telemetry;

public sealed class ExportTests
{
    private const string Consignment = "HZ0012345678";

    [Fact]
    public async Task Trace_of_a_document_is_whole_from_the_hosts_trigger_to_Hazchem_and_storage()
    {
        const string Trigger = "function SendDocument";
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await HostedApp.StartAsync(collector.Settings);
        await app.Storage.DropAsync($"045/{Consignment}/delivery-image/Frau Schmidt.jpg", SamplePictures.Photo(1, width: 320, height: 240));

        await app.UntilAsync(() => Task.FromResult(collector.Spans.Any(span => span.Name == Trigger)));

        var trigger = collector.Spans.Single(span => span.Name == Trigger);
        trigger.ParentId.Should().NotBeEmpty("the host's span is the parent");
        var trace = collector.Spans.Where(span => span.TraceId == trigger.TraceId).ToList();
        var byId = trace.ToDictionary(span => span.Id);
        trace.Where(span => span != trigger).Should().OnlyContain(span => byId.ContainsKey(span.ParentId));
        string Way(CollectedSpan span) => byId.TryGetValue(span.ParentId, out var parent) ? $"{Way(parent)} > {span.Name}" : span.Name;
        var ways = trace.ConvertAll(Way);
        ways.Should().Contain($"{Trigger} > send document > convert document");
        ways.Should().Contain($"{Trigger} > send document > POST");
        ways.Should().ContainMatch($"{Trigger} > send document > *BlobBaseClient.DownloadStreaming");
        ways.Should().ContainMatch($"{Trigger} > send document > *TableClient.AddEntity");
        ways.Should().ContainMatch($"{Trigger} > send document > *QueueClient.SendMessage");
        ways.Should().ContainMatch($"{Trigger} > send document > *BlobBaseClient.Delete");
        trace.Should().OnlyContain(span => !span.IsError);

        trace.Single(span => span.Name == "send document").Attributes.Should().Contain(
        [
            new("hazchem.depot", "045"),
            new("hazchem.consignment", Consignment),
            new("hazchem.document.type", "delivery-image"),
            new("hazchem.document.state", "Sent"),
        ]);
        trace.Single(span => span.Name == "POST").Attributes.Should().Contain(
        [
            new("hazchem.operation", "Sending"),
            new("http.response.status_code", "201"),
        ]);
    }

    [Fact]
    public async Task Lines_and_measurements_of_a_document_are_exported_and_name_neither_its_file_nor_a_key()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await HostedApp.StartAsync(collector.Settings);
        var photo = SamplePictures.Photo(1, width: 320, height: 240);
        await app.Storage.DropAsync($"045/{Consignment}/delivery-image/Frau-Schmidt.jpg", photo);
        await app.Storage.DropAsync($"045/{Consignment}/cop/Frau-Schmidt.txt", [1, 2, 3]);
        app.Network.Publish(new PublishedDocument
        {
            ConsignmentNumber = Consignment,
            DocumentType = "DELIVERY_IMAGE",
            Content = photo,
            VisibleTo = ["045"],
            DepotRoles = ["REQUESTING"],
        });
        await app.RunAsync("FetchDocuments");
        await app.UntilDropBoxIsEmptyAsync();
        await app.RunAsync("SweepOutbound");

        await app.UntilAsync(() => Task.FromResult(
            collector.MetricsOf("hazchem.outbound.pending").Count == 1
            && collector.MetricsOf("hazchem.documents").Count == 3
            && collector.Logs.Any(log => log.Event == "Sent")));

        collector.MetricsOf("hazchem.documents")
            .Select(metric => $"{metric.Attributes["hazchem.direction"]} {metric.Attributes["hazchem.document.type"]} {metric.Attributes["hazchem.document.outcome"]} {metric.Value}")
            .Should().BeEquivalentTo("Outbound delivery-image Sent 1", "Outbound cop NotSent 1", "Inbound delivery-image Received 1");
        collector.MetricsOf("hazchem.document.io")
            .Select(metric => $"{metric.Attributes["hazchem.direction"]} {metric.Attributes["hazchem.document.type"]} {metric.Attributes["network.io.direction"]} {metric.Unit} {metric.Value}")
            .Should().BeEquivalentTo(
                $"Outbound delivery-image receive By {photo.Length}",
                $"Outbound delivery-image transmit By {app.Network.Received.Single().Content.Length}",
                "Outbound cop receive By 3",
                $"Inbound delivery-image receive By {photo.Length}");
        collector.MetricsOf("hazchem.document.drop_to_sent.duration").Should().ContainSingle().Which.Count.Should().Be(1);
        collector.MetricsOf("hazchem.imaging.duration").Sum(metric => metric.Count).Should().Be(2);
        collector.MetricsOf("hazchem.call.duration")
            .Select(metric => $"{metric.Attributes["hazchem.operation"]} {metric.Attributes["hazchem.depot"]} {metric.Attributes["http.response.status_code"]}")
            .Should().BeEquivalentTo("Sending 045 201", "Listing 045 200", "Fetching 045 200", "Listing 047 200");
        collector.MetricsOf("hazchem.attention").Should().ContainSingle().Which.Value.Should().Be(1);
        collector.MetricsOf("hazchem.outbound.pending").Single().Value.Should().Be(0);
        collector.MetricsOf("hazchem.outbound.waiting").Single().Value.Should().Be(0);
        collector.MetricsOf("hazchem.outbound.overdue").Single().Value.Should().Be(0);
        collector.MetricsOf("hazchem.sync.lag").Select(metric => metric.Attributes["hazchem.depot"]).Should().BeEquivalentTo("045", "047");

        var sent = collector.Logs.Single(log => log.Event == "Sent");
        sent.TraceId.Should().NotBeEmpty();
        sent.Attributes.Should().Contain([new("hazchem.consignment", Consignment), new("hazchem.depot", "045")]);

        collector.All.Should().Contain(Consignment);
        collector.All.Should().NotContain("Schmidt").And.NotContain("key-of-045");
    }

    [Fact]
    public async Task Function_that_fails_is_exported_under_the_event_that_alerts_count()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await HostedApp.StartAsync(collector.Settings);
        await app.RunAsync("SweepOutbound");
        await new TableClient(app.Account.ConnectionString, StorageNames.OutboundWaitingTable).DeleteAsync(TestContext.Current.CancellationToken);

        (await app.Host.RunAsync("SweepOutbound", cancellationToken: TestContext.Current.CancellationToken)).Error.Should().NotBeNull();

        await app.UntilAsync(() => Task.FromResult(collector.Logs.Any(log => log.Event == "Failed")));
    }

    [Fact]
    public async Task Starts_are_exported_under_the_machines_name_so_that_those_of_one_instance_can_be_counted()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await HostedApp.StartAsync(collector.Settings);

        await app.UntilAsync(() => Task.FromResult(collector.Logs.Any(log => log.Text.StartsWith("Now listening on", StringComparison.Ordinal))));

        collector.Instances.Should().OnlyContain(instance => instance == Environment.MachineName, "the query of errors and restarts counts the starts of each");
    }

    [Fact]
    public async Task Requests_from_outside_are_exported_without_the_names_in_their_addresses()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var app = await HostedApp.StartAsync([.. collector.Settings, ("Portal__Authentication", "None")]);
        var photos = 0;
        (await PutAsync($"/api/v1/drop-box/045/{Consignment}/pod/Frau-Schmidt.jpg?code=key-of-Schmidt")).Should().Be(HttpStatusCode.Created);
        (await PutAsync($"/api/v1/drop-box/045/{Consignment}/pod", "Frau%20Schmidt%20%231.jpg")).Should().Be(HttpStatusCode.Created);
        await app.UntilDropBoxIsEmptyAsync();

        // What is written to the log while a request is answered has the server's scopes.
        await new TableClient(app.Account.ConnectionString, StorageNames.ActivityTable).DeleteAsync(TestContext.Current.CancellationToken);
        (await PutAsync($"/api/v1/drop-box/045/{Consignment}/pod/Herr-Schmidt.jpg")).Should().Be(HttpStatusCode.ServiceUnavailable);

        await app.UntilAsync(() => Task.FromResult(
            collector.Logs.Any(log => log.Event == "StorageFailed")
            && collector.Spans.Count(span => span.Name.StartsWith("PUT ", StringComparison.Ordinal)) == 3
            && collector.MetricsOf("hazchem.documents").Count > 0));
        collector.All.Should().NotContain("Schmidt");

        // Past the local host, which passes on whether its own span is recorded.
        async Task<HttpStatusCode> PutAsync(string path, string? name = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"http://127.0.0.1:{app.Host.HandlerPort}{path}")
            {
                Content = new ByteArrayContent(SamplePictures.Photo(++photos, width: 320, height: 240)),
            };
            if (name is not null)
            {
                request.Headers.Add("X-File-Name", name);
            }

            using var client = new HttpClient();
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }
}
