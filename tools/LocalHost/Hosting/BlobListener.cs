using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Google.Protobuf;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>
/// A blob trigger: lists its container, delivers each version of a blob once, delivers it again after a failure and
/// names it in the poison queue in the end.
/// </summary>
internal sealed class BlobListener(
    FunctionApp app, FunctionDefinition function, BlobTrigger trigger, string connectionString, FunctionsHostOptions options, Invoker invoker)
{
    private const string PoisonQueue = "webjobs-blobtrigger-poison";

    // With the line ends of the host's messages, whatever the machine.
    private static readonly JsonSerializerOptions PoisonMessage = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly BlobContainerClient container = new(connectionString, trigger.Container);
    private readonly QueueClient poison = new(connectionString, PoisonQueue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
    private readonly Channel<Delivery> deliveries = Channel.CreateUnbounded<Delivery>();
    private Dictionary<string, ETag> seen = new(StringComparer.Ordinal);

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll([PollAsync(stopping), .. Enumerable.Range(0, app.MaxDegreeOfParallelism).Select(_ => DeliverAsync(stopping))]);

    /// <summary>Runs the function on a blob now, once: there is no redelivery of what a person asked for.</summary>
    public async Task<InvocationOutcome> RunOnceAsync(string name, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(name);
        if (await blob.ExistsAsync(cancellationToken))
        {
            return await InvokeAsync(blob, cancellationToken);
        }

        var outcome = new InvocationOutcome(Guid.NewGuid(), $"there is no blob {trigger.Container}/{name}");
        Tell(HostEventKind.InvocationFailed, outcome.Error!, blob.Name);
        return outcome;
    }

    /// <param name="path">A blob of the trigger's container, as <c>container/name</c>.</param>
    public string Name(string? path) =>
        path?.Split('/', 2) is [var first, { Length: > 0 } name] && first == trigger.Container
            ? name
            : throw new ArgumentException($"{function.Name} needs a blob as its input: \"{trigger.Container}/<name>\".", nameof(path));

    private async Task PollAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.PollInterval, options.Time);
        do
        {
            try
            {
                await ListAsync(stopping);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // The container is not there yet.
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                Tell(HostEventKind.Trouble, $"Listing the container {trigger.Container} failed: {e.GetBaseException().Message}");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task ListAsync(CancellationToken stopping)
    {
        var listed = new Dictionary<string, ETag>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: stopping))
        {
            var version = blob.Properties.ETag.GetValueOrDefault();
            listed.Add(blob.Name, version);
            if (!seen.TryGetValue(blob.Name, out var known) || known != version)
            {
                // At once, since a listing that fails later on is begun anew.
                seen[blob.Name] = version;
                deliveries.Writer.TryWrite(new Delivery(blob.Name, version, Attempt: 1));
            }
        }

        seen = listed;
    }

    private async Task DeliverAsync(CancellationToken stopping)
    {
        await foreach (var delivery in deliveries.Reader.ReadAllAsync(stopping))
        {
            // The reader looks at its token only when the channel is empty.
            stopping.ThrowIfCancellationRequested();
            try
            {
                if (await SucceedsAsync(delivery, stopping))
                {
                    continue;
                }

                if (delivery.Attempt >= app.PoisonBlobThreshold)
                {
                    await PoisonAsync(delivery, stopping);
                    continue;
                }
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                Tell(HostEventKind.Trouble, $"Storage failed: {e.GetBaseException().Message}", delivery.BlobName);
            }

            _ = RedeliverAsync(delivery with { Attempt = Math.Min(delivery.Attempt + 1, app.PoisonBlobThreshold) }, stopping);
        }
    }

    /// <returns>True also when that version of the blob is no longer there: nothing is left to do for it.</returns>
    private async Task<bool> SucceedsAsync(Delivery delivery, CancellationToken stopping)
    {
        try
        {
            var blob = container.GetBlobClient(delivery.BlobName);
            var version = (await blob.GetPropertiesAsync(cancellationToken: stopping)).Value.ETag;
            return !SameVersion(version, delivery.Version) || (await InvokeAsync(blob, stopping)).Succeeded;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return true;
        }
    }

    private async Task<InvocationOutcome> InvokeAsync(BlobClient blob, CancellationToken cancellationToken) =>
        await invoker.InvokeAsync(
            function,
            blob.Name,
            new InvocationRequest
            {
                InputData = { new ParameterBinding { Name = trigger.BindingName, Data = await BindAsync(blob, cancellationToken) } },
                TriggerMetadata =
                {
                    [trigger.Token] = new TypedData { String = blob.Name },
                    ["BlobTrigger"] = new TypedData { String = $"{trigger.Container}/{blob.Name}" },
                    ["Uri"] = new TypedData { Json = JsonSerializer.Serialize(blob.Uri) },
                },
            },
            cancellationToken);

    private async Task<TypedData> BindAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        if (!trigger.Deferred)
        {
            return new TypedData { Bytes = ByteString.CopyFrom((await blob.DownloadContentAsync(cancellationToken)).Value.Content) };
        }

        var reference = new { trigger.Connection, ContainerName = trigger.Container, BlobName = blob.Name };
        return new TypedData
        {
            ModelBindingData = new ModelBindingData
            {
                Version = "1.0",
                Source = "AzureStorageBlobs",
                ContentType = "application/json",
                Content = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(reference)),
            },
        };
    }

    private async Task RedeliverAsync(Delivery delivery, CancellationToken stopping)
    {
        await Task.Delay(options.RedeliveryDelay, options.Time, stopping);
        Tell(HostEventKind.Redelivery, $"delivered again, attempt {delivery.Attempt} of {app.PoisonBlobThreshold}", delivery.BlobName);
        deliveries.Writer.TryWrite(delivery);
    }

    private async Task PoisonAsync(Delivery delivery, CancellationToken stopping)
    {
        var message = new
        {
            Type = "BlobTrigger",
            FunctionId = $"Host.Functions.{function.Name}",
            BlobType = "BlockBlob",
            ContainerName = trigger.Container,
            delivery.BlobName,
            ETag = delivery.Version.ToString("H"),
        };
        await poison.CreateIfNotExistsAsync(cancellationToken: stopping);
        await poison.SendMessageAsync(JsonSerializer.Serialize(message, PoisonMessage), stopping);
        Tell(HostEventKind.Poisoned, $"failed {delivery.Attempt} times and is named in the queue {PoisonQueue}", delivery.BlobName);
    }

    private void Tell(HostEventKind kind, string message, string? blobName = null) =>
        options.Observer(new HostEvent(kind, message, function.Name, blobName));

    // A listing gives the ETag bare, a header in quotes.
    private static bool SameVersion(ETag left, ETag right) => left.ToString("H").Trim('"') == right.ToString("H").Trim('"');

    private sealed record Delivery(string BlobName, ETag Version, int Attempt);
}
