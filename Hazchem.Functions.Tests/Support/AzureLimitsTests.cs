using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace Hazchem.Functions.Tests.Support;

public sealed class AzureLimitsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, object> RowsRefused => new()
    {
        { "OutOfRangeInput", "Time", DateTimeOffset.MinValue },
        { "OutOfRangeInput", "Time", new DateTimeOffset(1600, 12, 31, 23, 59, 59, TimeSpan.Zero) },
        { "PropertyValueTooLarge", "Text", new string('é', (32 * 1024) + 1) },
        { "PropertyValueTooLarge", "Bytes", new byte[(64 * 1024) + 1] },
        { "PropertyNameTooLong", new string('n', 256), 1 },
        { "KeyValueTooLarge", "RowKey", new string('k', 513) },
        { "OutOfRangeInput", "RowKey", "a/b" },
        { "OutOfRangeInput", "RowKey", "a\\b" },
        { "OutOfRangeInput", "RowKey", "a#b" },
        { "OutOfRangeInput", "RowKey", "a?b" },
        { "OutOfRangeInput", "RowKey", "a\u001Fb" },
        { "OutOfRangeInput", "RowKey", "a\u0085b" },
    };

    public static TheoryData<string, object> RowsTaken => new()
    {
        { "Time", new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        { "Time", DateTimeOffset.MaxValue },
        { "Text", new string('é', 32 * 1024) },
        { "Bytes", new byte[64 * 1024] },
        { new string('n', 255), 1 },
        { "RowKey", new string('k', 512) },
        { "RowKey", "d\u00E9p\u00F4t 'a' & 100%" },
    };

    [Theory]
    [MemberData(nameof(RowsRefused), DisableDiscoveryEnumeration = true)]
    public async Task Row_overALimit_isRefusedHoweverItIsWritten(string code, string property, object value)
    {
        var table = await TableAsync();
        var row = new TableEntity("p", "r") { [property] = value };

        await ShouldRefuseAsync(code, () => table.AddEntityAsync(row, Cancellation));
        await ShouldRefuseAsync(code, () => table.UpsertEntityAsync(row, TableUpdateMode.Merge, Cancellation));
        await ShouldRefuseAsync(code, () => table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation));
        await ShouldRefuseAsync(code, () => table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, Cancellation));
        var refused = await ShouldRefuseAsync(code, () => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "good")), new(TableTransactionActionType.UpsertMerge, row)], Cancellation));
        refused.Should().BeOfType<TableTransactionFailedException>().Which.FailedTransactionActionIndex.Should().Be(1);
        (await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation)).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(RowsTaken), DisableDiscoveryEnumeration = true)]
    public async Task Row_atALimit_isTakenHoweverItIsWritten(string property, object value)
    {
        var table = await TableAsync();
        var row = new TableEntity("p", "r") { [property] = value };

        await table.AddEntityAsync(row, Cancellation);
        await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, Cancellation);
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, row)], Cancellation);
    }

    [Fact]
    public async Task Row_ofTooManyPropertiesOrBytes_isRefused()
    {
        var table = await TableAsync();

        await table.AddEntityAsync(RowOf(252, "a"), Cancellation);
        await ShouldRefuseAsync("TooManyProperties", () => table.UpsertEntityAsync(RowOf(253, "a"), cancellationToken: Cancellation));
        await table.UpsertEntityAsync(RowOf(15, new string('a', 32 * 1024)), cancellationToken: Cancellation);
        await ShouldRefuseAsync("EntityTooLarge", () => table.UpsertEntityAsync(RowOf(16, new string('a', 32 * 1024)), cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Metadata_over8KiB_areRefused()
    {
        var container = new BlobContainerClient((await AzuriteFixture.TakeAccountAsync()).ConnectionString, "container", new BlobClientOptions { Transport = AzureLimits.Transport });
        await container.CreateAsync(cancellationToken: Cancellation);
        Task<Response<BlobContentInfo>> WriteAsync(int length) => container.GetBlobClient("b").UploadAsync(
            BinaryData.FromString("x"), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["word"] = new('v', length) } }, Cancellation);

        await WriteAsync((8 * 1024) - 4);
        await ShouldRefuseAsync("MetadataTooLarge", () => WriteAsync((8 * 1024) - 3));
    }

    [Fact]
    public async Task Message_over64KiB_isRefused()
    {
        var queue = new QueueClient((await AzuriteFixture.TakeAccountAsync()).ConnectionString, "queue", new QueueClientOptions { Transport = AzureLimits.Transport });
        await queue.CreateAsync(cancellationToken: Cancellation);

        await queue.SendMessageAsync(new string('é', 32 * 1024), Cancellation);
        await ShouldRefuseAsync("RequestBodyTooLarge", () => queue.SendMessageAsync(new string('é', (32 * 1024) + 1), Cancellation));
    }

    private static async Task<RequestFailedException> ShouldRefuseAsync(string code, Func<Task> write)
    {
        var refused = (await write.Should().ThrowAsync<RequestFailedException>()).Which;
        refused.ErrorCode.Should().Be(code);
        return refused;
    }

    private static TableEntity RowOf(int properties, string value)
    {
        var row = new TableEntity("p", "r");
        for (var i = 0; i < properties; i++)
        {
            row[$"p{i}"] = value;
        }

        return row;
    }

    private static async Task<TableClient> TableAsync()
    {
        var options = new TableClientOptions { Transport = AzureLimits.Transport };
        options.Retry.MaxRetries = 0;
        var table = new TableClient((await AzuriteFixture.TakeAccountAsync()).ConnectionString, "rows", options);
        await table.CreateAsync(Cancellation);
        return table;
    }
}
