using System.Text.Json;
using System.Threading.Channels;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Google.Protobuf;
using Hazchem.LocalHost.Hosting.Rpc;

namespace Hazchem.LocalHost.Hosting;

/// <summary>
/// A blob trigger: lists its container, delivers each version of a blob once, delivers it again after a failure and
/// names it in the poison queue in the end.
/// </summary>
internal sealed class BlobListener(
    FunctionApp app,
    FunctionDefinition function,
    BlobTrigger trigger,
    string connectionString,
    FunctionsHostOptions options,
    Invoker invoker)
{
    private const string PoisonQueue = "webjobs-blobtrigger-poison";

    // With the line ends of the host's messages, whatever the machine.
    private static readonly JsonSerializerOptions PoisonMessage = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly BlobContainerClient container = new(connectionString, trigger.Container);
    private readonly QueueClient poison = new(connectionString, PoisonQueue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
    private readonly Channel<Delivery> deliveries = Channel.CreateUnbounded<Delivery>();
    private readonly Dictionary<string, ETag> receipts = new(StringComparer.Ordinal);

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll([
            PollAsync(stopping),
            .. Enumerable.Range(0, app.MaxDegreeOfParallelism).Select(_ => DeliverAsync(stopping)),
        ]);

    /// <summary>Runs the function on a blob now, once: there is no redelivery of what a person asked for.</summary>
    /// <param name="path">The blob, as <c>container/name</c>.</param>
    public Task<InvocationOutcome> RunOnceAsync(string? path, CancellationToken cancellationToken)
    {
        var name = path?.StartsWith($"{trigger.Container}/", StringComparison.Ordinal) == true ? path[(trigger.Container.Length + 1)..] : null;
        return name is not null && trigger.Match(name) is { } tokens
            ? RunOnceAsync(container.GetBlobClient(name), tokens, cancellationToken)
            : throw new ArgumentException($"{function.Name} needs a blob of its trigger's as its input: \"{trigger.Container}/<name>\".", nameof(path));
    }

    private async Task<InvocationOutcome> RunOnceAsync(
        BlobClient blob, IReadOnlyList<KeyValuePair<string, string>> tokens, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return await InvokeAsync(blob, tokens, properties, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            var outcome = new InvocationOutcome(Guid.NewGuid(), $"there is no blob {trigger.Container}/{blob.Name}");
            options.Observer(new HostEvent(HostEventKind.InvocationFailed, outcome.Error!, function.Name, blob.Name, outcome.InvocationId));
            return outcome;
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, options.Time);
        do
        {
            try
            {
                await ListAsync(cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // The container is not there yet.
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                options.Observer(new HostEvent(
                    HostEventKind.Trouble,
                    $"Listing the container {trigger.Container} failed: {e.GetBaseException().Message}",
                    function.Name));
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            listed.Add(blob.Name);
            var version = blob.Properties.ETag.GetValueOrDefault();
            if (trigger.Match(blob.Name) is not null
                && (!receipts.TryGetValue(blob.Name, out var known) || known != version))
            {
                receipts[blob.Name] = version;
                deliveries.Writer.TryWrite(new Delivery(blob.Name, version, Attempt: 1));
            }
        }

        foreach (var gone in receipts.Keys.Where(name => !listed.Contains(name)).ToList())
        {
            receipts.Remove(gone);
        }
    }

    private async Task DeliverAsync(CancellationToken stopping)
    {
        await foreach (var delivery in deliveries.Reader.ReadAllAsync(stopping))
        {
            // The reader looks at its token only when the channel is empty.
            stopping.ThrowIfCancellationRequested();

            bool succeeded;
            try
            {
                succeeded = await TryAsync(delivery, stopping);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                options.Observer(new HostEvent(
                    HostEventKind.Trouble,
                    $"Reading the blob failed: {e.GetBaseException().Message}",
                    function.Name,
                    delivery.BlobName));
                succeeded = false;
            }

            if (succeeded)
            {
                continue;
            }

            if (delivery.Attempt < app.PoisonBlobThreshold)
            {
                _ = RedeliverAsync(delivery with { Attempt = delivery.Attempt + 1 }, stopping);
            }
            else
            {
                await PoisonAsync(delivery, stopping);
            }
        }
    }

    /// <returns>True also when that version of the blob is no longer there: nothing is left to do for it.</returns>
    private async Task<bool> TryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            var blob = container.GetBlobClient(delivery.BlobName);
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (!SameVersion(properties.ETag, delivery.Version))
            {
                return true;
            }

            var outcome = await InvokeAsync(blob, trigger.Match(delivery.BlobName)!, properties, cancellationToken);
            return outcome.Succeeded;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return true;
        }
    }

    private async Task<InvocationOutcome> InvokeAsync(
        BlobClient blob,
        IReadOnlyList<KeyValuePair<string, string>> tokens,
        BlobProperties properties,
        CancellationToken cancellationToken)
    {
        var request = new InvocationRequest
        {
            InputData = { new ParameterBinding { Name = trigger.BindingName, Data = await BindAsync(blob, cancellationToken) } },
            TriggerMetadata =
            {
                ["BlobTrigger"] = new TypedData { String = $"{trigger.Container}/{blob.Name}" },
                ["Uri"] = new TypedData { Json = JsonSerializer.Serialize(blob.Uri) },
                ["Metadata"] = new TypedData { Json = JsonSerializer.Serialize(properties.Metadata) },
            },
        };
        foreach (var (token, value) in tokens)
        {
            request.TriggerMetadata[token] = new TypedData { String = value };
        }

        return await invoker.InvokeAsync(function, blob.Name, request, cancellationToken);
    }

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

    private async Task RedeliverAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(options.RedeliveryDelay, options.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        options.Observer(new HostEvent(
            HostEventKind.Redelivery,
            $"delivered again, attempt {delivery.Attempt} of {app.PoisonBlobThreshold}",
            function.Name,
            delivery.BlobName));
        deliveries.Writer.TryWrite(delivery);
    }

    private async Task PoisonAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.Serialize(
            new
            {
                Type = "BlobTrigger",
                FunctionId = $"Host.Functions.{function.Name}",
                BlobType = "BlockBlob",
                ContainerName = trigger.Container,
                delivery.BlobName,
                ETag = delivery.Version.ToString("H"),
            },
            PoisonMessage);
        try
        {
            await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await poison.SendMessageAsync(message, cancellationToken);
            options.Observer(new HostEvent(
                HostEventKind.Poisoned,
                $"failed {delivery.Attempt} times and is named in the queue {PoisonQueue}",
                function.Name,
                delivery.BlobName));
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            options.Observer(new HostEvent(
                HostEventKind.Trouble,
                $"The message to {PoisonQueue} failed: {e.GetBaseException().Message}",
                function.Name,
                delivery.BlobName));
            _ = RedeliverAsync(delivery, cancellationToken);
        }
    }

    // A listing gives the ETag bare, a header in quotes.
    private static bool SameVersion(ETag left, ETag right) =>
        left.ToString("H").Trim('"') == right.ToString("H").Trim('"');

    private sealed record Delivery(string BlobName, ETag Version, int Attempt);
}
