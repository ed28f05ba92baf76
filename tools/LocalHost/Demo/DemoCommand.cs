using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Spectre.Console;

namespace Hazchem.LocalHost.Demo;

/// <summary>Both directions, on fresh data, with every document checked at the other end.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task<int> RunAsync(string? app, string configuration, bool asJson, Screen screen, CancellationToken ended)
    {
        var data = Path.Combine(RepositoryRoot.Find(), ".local", $"demo-{Guid.NewGuid():N}");
        var keep = false;
        try
        {
            DemoReport report;
            await using (var installation = await LocalInstallation.StartAsync(
                new LocalInstallationOptions
                {
                    DataFolder = data,
                    AppFolder = app,
                    Configuration = configuration,
                    EnvironmentWins = false,
                    Progress = screen.Progress,
                    Observer = screen.Show,
                },
                ended))
            {
                report = await RunAsync(installation, screen, ended);
                keep = !report.AsExpected;
            }

            if (asJson)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));
            }
            else
            {
                Show(report, screen);
            }

            if (keep)
            {
                screen.Error($"Not everything ended as expected. The data is kept in {data}.");
            }

            return keep ? 1 : 0;
        }
        finally
        {
            if (!keep && Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }

    private static async Task<DemoReport> RunAsync(LocalInstallation installation, Screen screen, CancellationToken ended)
    {
        var network = installation.Simulator!.Network;
        DemoDocuments.Announce(network);
        var outbound = new BlobContainerClient(installation.Azurite!.ConnectionString, "outbound");

        var drops = DemoDocuments.ToDrop();
        screen.Heading($"Dropping {drops.Count} files into {outbound.Uri}.");
        foreach (var drop in drops)
        {
            await outbound.GetBlobClient(drop.Name).UploadAsync(
                BinaryData.FromBytes(drop.Content),
                new BlobUploadOptions { Metadata = new Dictionary<string, string>(drop.Metadata) },
                ended);
        }

        var publications = DemoDocuments.Publish(network);
        screen.Heading($"Hazchem has {publications.Count} new documents for depot {LocalInstallation.OwnDepot}; fetching them.");
        var fetched = await installation.Host.RunAsync("FetchDocuments", cancellationToken: ended);
        if (!fetched.Succeeded)
        {
            screen.Error($"FetchDocuments failed: {fetched.Error}");
        }

        await UntilEmptyAsync(outbound, ended);

        var check = new DemoCheck(installation, installation.Azurite.ConnectionString);
        var lines = new List<DemoLine>();
        foreach (var drop in drops)
        {
            lines.Add(await check.CheckAsync(drop, ended));
        }

        foreach (var publication in publications)
        {
            lines.Add(await check.CheckAsync(publication, ended));
        }

        var expected = drops.Count(drop => drop.IsToBeSent);
        var received = network.Received.Count;
        return new DemoReport(lines, received == expected ? null : $"Hazchem received {received} documents instead of {expected}.");
    }

    /// <summary>Waits until nothing is pending. What stays there is told by the checks, so patience ends without an error.</summary>
    private static async Task UntilEmptyAsync(BlobContainerClient outbound, CancellationToken ended)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ended);
        patience.CancelAfter(Patience);
        try
        {
            while (await outbound.GetBlobsAsync(cancellationToken: patience.Token).AnyAsync(patience.Token))
            {
                await Task.Delay(Interval, TimeProvider.System, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            // Out of patience.
        }
    }

    private static void Show(DemoReport report, Screen screen)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Document")
            .AddColumn("Outcome")
            .AddColumn(new TableColumn("Bytes before").RightAligned())
            .AddColumn(new TableColumn("after").RightAligned())
            .AddColumn("Link or reason");
        foreach (var line in report.Documents)
        {
            var colour = line.AsExpected ? "green" : "red";
            var said = line.Problem ?? line.Reason ?? line.Link ?? "";
            table.AddRow(
                Markup.Escape(line.Document),
                $"[{colour}]{(line.AsExpected ? "✓" : "✗")} {Markup.Escape(line.Outcome)}[/]",
                line.BytesBefore.ToString("N0", CultureInfo.InvariantCulture),
                line.BytesAfter?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
                Markup.Escape(said));
        }

        if (report.Problem is { } problem)
        {
            table.AddRow("all together", "[red]✗[/]", "", "", Markup.Escape(problem));
        }

        screen.Table(table);
        var asExpected = report.Documents.Count(line => line.AsExpected);
        screen.Heading($"{asExpected} of {report.Documents.Count} documents ended as expected, each checked at the other end. {report.Problem}".TrimEnd());
    }
}
