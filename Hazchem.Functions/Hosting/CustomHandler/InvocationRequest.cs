using System.Buffers;
using System.Text.Json;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>What the app needs of the body that the host posts for an invocation.</summary>
internal sealed record InvocationRequest
{
    /// <summary>In bytes, without <c>Data</c>: a blob's name and user metadata have at most some 20 kB between them.</summary>
    private const int MaxBody = 1024 * 1024;

    /// <summary>The address of the blob for a blob trigger; null for the others.</summary>
    public string? BlobUri { get; private init; }

    /// <exception cref="InvocationException">The body is not what a Functions host sends; the message says why.</exception>
    public static async Task<InvocationRequest> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var skipper = new DataSkipper(MaxBody);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                skipper.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (skipper.TooLong)
        {
            throw new InvocationException($"The body has more than {MaxBody} bytes beside Data.");
        }

        return Parse(skipper.Copy);
    }

    private static InvocationRequest Parse(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvocationException($"The body is no JSON: {e.Message}");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvocationException("The body must be a JSON object with the members Data and Metadata.");
            }

            if (!document.RootElement.TryGetProperty("Metadata", out var metadata))
            {
                return new InvocationRequest();
            }

            if (metadata.ValueKind != JsonValueKind.Object)
            {
                throw new InvocationException("Metadata must be a JSON object.");
            }

            return metadata.TryGetProperty("Uri", out var uri)
                ? new InvocationRequest { BlobUri = ReadInnerString(uri) }
                : new InvocationRequest();
        }
    }

    /// <summary>The host sends each text of Metadata as JSON inside a JSON string.</summary>
    private static string ReadInnerString(JsonElement element)
    {
        const string Wrong = "Metadata.Uri must be a JSON string that holds a JSON string.";
        if (element.ValueKind != JsonValueKind.String)
        {
            throw new InvocationException(Wrong);
        }

        try
        {
            using var inner = JsonDocument.Parse(element.GetString()!);
            return inner.RootElement.ValueKind == JsonValueKind.String
                ? inner.RootElement.GetString()!
                : throw new InvocationException(Wrong);
        }
        catch (JsonException)
        {
            throw new InvocationException(Wrong);
        }
    }
}
