using Azure;
using Azure.Data.Tables;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Outbound;

/// <summary>Rows as another version of the app writes them: what docs/versions.md says of them.</summary>
public sealed class RowVersionTests
{
    private const string Name = "045/HZ1/pod/a.jpg";

    private static readonly byte[] Jpeg = SamplePictures.PlainJpeg(1, 320, 240);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_rowHasOnlyWhatTheFirstVersionNeeds_sendsTheDocument()
    {
        await using var app = await WaitingAsync();
        var row = await app.DocumentAsync();
        string[] needed = ["Version", "State", "Direction", "DropName", "DropETag", "OriginalSha256", "DueAt", "WaitingSince"];
        var least = new TableEntity(row.PartitionKey, row.RowKey);
        foreach (var column in needed)
        {
            least[column] = row[column];
        }

        await app.Storage.ConsignmentDocuments.UpsertEntityAsync(least, TableUpdateMode.Replace, Cancellation);

        await app.SweepAsync(TimeSpan.FromMinutes(2));

        app.Network.Received.Should().ContainSingle();
        (await app.DocumentAsync()).GetString("State").Should().Be("Sent");
    }

    [Fact]
    public async Task Sweep_rowHasAColumnOfANewerVersion_sendsTheDocumentAndForgetsTheColumn()
    {
        await using var app = await WaitingAsync();
        await MergeAsync(app, ("Mood", "sunny"));

        await app.SweepAsync(TimeSpan.FromMinutes(2));

        app.Network.Received.Should().ContainSingle();
        var row = await app.DocumentAsync();
        row.GetString("State").Should().Be("Sent");
        row.ContainsKey("Mood").Should().BeFalse("the whole row is written, as docs/versions.md warns");
    }

    [Theory]
    [InlineData("Version", 2)]
    [InlineData("State", "Quarantined")]
    public async Task Sweep_rowIsOfANewerVersion_leavesTheDocumentAloneAndShowsItToAPerson(string column, object value)
    {
        await using var app = await WaitingAsync();
        var before = (await app.DocumentAsync())[column];
        await MergeAsync(app, (column, value));

        await app.SweepAsync(TimeSpan.FromMinutes(2));
        await app.SweepAsync(TimeSpan.FromMinutes(6));

        app.Network.Received.Should().BeEmpty();
        (await app.DocumentAsync())[column].Should().Be(value);
        (await app.ListAsync("outbound")).Should().ContainSingle();
        (await app.RowsAsync(StorageNames.NeedsAttentionTable)).Should().ContainSingle();

        // The newer version is back, and has brought the row to where this one knows it.
        await MergeAsync(app, (column, before));
        await app.SweepAsync(TimeSpan.FromHours(1));
        app.Network.Received.Should().ContainSingle();
        (await app.ListAsync("outbound")).Should().BeEmpty();
    }

    /// <summary>One document that waits for a minute, since Hazchem was gone; it is there again.</summary>
    private static async Task<AppHarness> WaitingAsync()
    {
        var app = await AppHarness.StartAsync();
        app.Announce("HZ1");
        app.Network.Faults = new FaultPlan { Down = DownMode.ServiceUnavailable };
        await app.DropAndSendAsync(Name, Jpeg);
        (await app.DocumentAsync()).GetString("State").Should().Be("Waiting");
        app.Network.Faults = new FaultPlan();
        return app;
    }

    private static async Task MergeAsync(AppHarness app, (string Column, object Value) change)
    {
        var row = await app.DocumentAsync();
        await app.Storage.ConsignmentDocuments.UpdateEntityAsync(
            new TableEntity(row.PartitionKey, row.RowKey) { [change.Column] = change.Value }, ETag.All, TableUpdateMode.Merge, Cancellation);
    }
}
