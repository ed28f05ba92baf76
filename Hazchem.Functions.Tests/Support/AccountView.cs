using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Support;

/// <summary>The storage account as the TMS and people use it, by clients of their own: their requests are not the app's.</summary>
internal sealed class AccountView(string connection)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<ETag> DropAsync(string name, byte[] content, params (string Key, string Value)[] metadata)
    {
        var container = new BlobContainerClient(connection, StorageNames.OutboundContainer);
        var answer = await container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(content),
            new BlobUploadOptions { Metadata = metadata.ToDictionary(item => item.Key, item => item.Value) },
            Cancellation);
        return answer.Value.ETag;
    }

    /// <summary>By a request of its own making: the SDK's client shortens a name with <c>..</c> between slashes.</summary>
    /// <param name="name">Sent as it is, so that it needs no encoding.</param>
    public async Task DropRawAsync(string name, byte[] content)
    {
        var container = new BlobContainerClient(connection, StorageNames.OutboundContainer);
        var address = container.GenerateSasUri(BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Create, TimeProvider.System.GetUtcNow().AddHours(1));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, Cancellation);
        await using var stream = client.GetStream();
        var head = string.Join("\r\n",
        [
            $"PUT {address.AbsolutePath}/{name}{address.Query} HTTP/1.1",
            $"Host: {address.Authority}",
            "x-ms-blob-type: BlockBlob",
            $"Content-Length: {content.Length}",
            "Connection: close",
            "",
            "",
        ]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        await stream.WriteAsync(content, Cancellation);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        (await reader.ReadToEndAsync(Cancellation)).Should().StartWith("HTTP/1.1 201");
    }

    public async Task<IReadOnlyList<string>> ListAsync(string container)
    {
        var names = new List<string>();
        await foreach (var blob in new BlobContainerClient(connection, container).GetBlobsAsync(cancellationToken: Cancellation))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    /// <param name="blob">As <c>container/name</c>.</param>
    public async Task<byte[]> ReadAsync(string blob)
    {
        var slash = blob.IndexOf('/', StringComparison.Ordinal);
        var client = new BlobContainerClient(connection, blob[..slash]).GetBlobClient(blob[(slash + 1)..]);
        return (await client.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
    }

    public async Task<IReadOnlyList<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in new TableClient(connection, table).QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Takes the messages off the queue.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync()
    {
        var queue = new QueueClient(connection, StorageNames.DocumentEventsQueue);
        var events = new List<JsonElement>();
        while ((await queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                events.Add(JsonDocument.Parse(message.MessageText).RootElement);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }

        return events;
    }

    /// <summary>For what the app wrote down: its time is put back, as if that much had gone by since.</summary>
    public async Task PutBackAsync(string table, string column, TimeSpan by)
    {
        var client = new TableClient(connection, table);
        foreach (var row in await RowsAsync(table))
        {
            var older = new TableEntity(row.PartitionKey, row.RowKey) { [column] = row.GetDateTimeOffset(column) - by };
            await client.UpdateEntityAsync(older, row.ETag, TableUpdateMode.Merge, Cancellation);
        }
    }
}
