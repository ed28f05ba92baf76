using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Queues.Models;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// The blobs that the host gave up on, from the queue <c>webjobs-blobtrigger-poison</c>. It is in the documents' account
/// under a connection string and under an identity alike; an identity needs <c>DocumentStorage__queueServiceUri</c> or
/// <c>__accountName</c> for it. The host makes the queue with its first message.
/// </summary>
internal sealed class PoisonMessages(DocumentStorage storage, ILogger<PoisonMessages> logger)
{
    private const int MostAtOnce = 32;

    /// <summary>Longer than a sweep, so that no other one takes the same messages meanwhile.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromMinutes(5);

    /// <summary>One request.</summary>
    public async Task<IReadOnlyList<PoisonMessage>> TakeAsync(CancellationToken cancellationToken)
    {
        QueueMessage[] messages;
        try
        {
            messages = (await storage.PoisonMessages.ReceiveMessagesAsync(MostAtOnce, TakenFor, cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }

        var poison = new List<PoisonMessage>();
        foreach (var message in messages)
        {
            if (Parse(message.Body.ToMemory().Span) is { ContainerName: StorageNames.OutboundContainer, BlobName: { } name })
            {
                Log.Poisoned(logger, LogName.Of(name));
                poison.Add(new PoisonMessage(name, message.MessageId, message.PopReceipt));
            }
        }

        return poison;
    }

    public async Task RemoveAsync(PoisonMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await storage.PoisonMessages.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Another sweep has it by now, and removes it.
        }
    }

    /// <summary>The host writes JSON, in base64 unless it was told otherwise.</summary>
    private static Body? Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return text.StartsWith("{"u8)
                ? JsonSerializer.Deserialize(text, PoisonJson.Default.Body)
                : JsonSerializer.Deserialize(Convert.FromBase64String(Encoding.ASCII.GetString(text)), PoisonJson.Default.Body);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }

    internal sealed record Body(string? ContainerName, string? BlobName);
}

internal sealed record PoisonMessage(string BlobName, string MessageId, string PopReceipt);

[JsonSerializable(typeof(PoisonMessages.Body))]
internal sealed partial class PoisonJson : JsonSerializerContext;
