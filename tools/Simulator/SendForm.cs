using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hazchem.Simulator;

/// <summary>Reads the multipart form of a send, part by part, and refuses whatever the contract does not have.</summary>
internal static class SendForm
{
    private const int MaxFieldBytes = 4096;

    private static readonly string[] Fields = ["documentType", "fileName", "sha256", "capturedAt"];

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <returns>The submission, or what is wrong with the form.</returns>
    public static async Task<(Submission? Sent, string? Problem)> ReadAsync(
        HttpRequest request, string depot, string consignmentNumber, CancellationToken cancellationToken)
    {
        if (request.Headers["Idempotency-Key"] is not [{ Length: >= 1 and <= 255 } key])
        {
            return (null, "One Idempotency-Key of 1 to 255 characters is needed.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: >= 1 and <= 70 } boundary)
        {
            return (null, "The body must be multipart/form-data with a boundary.");
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        byte[]? content = null;
        string? contentType = null;
        try
        {
            var reader = new MultipartReader(boundary.Value!, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
                    || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
                    || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { } name)
                {
                    return (null, "A part has no Content-Disposition of form-data with a name.");
                }

                if (texts.ContainsKey(name) || (name == "file" && content is not null))
                {
                    return (null, $"The part {name} is there twice.");
                }

                if (name == "file")
                {
                    contentType = MediaTypeHeaderValue.TryParse(part.ContentType, out var of) ? of.MediaType.Value!.ToLowerInvariant() : string.Empty;
                    content = await ReadAllAsync(part.Body, cancellationToken);
                }
                else if (!Fields.Contains(name))
                {
                    return (null, "There is a part that the form does not have.");
                }
                else if (await ReadAllAsync(part.Body, cancellationToken) is { Length: <= MaxFieldBytes } bytes)
                {
                    texts[name] = StrictUtf8.GetString(bytes);
                }
                else
                {
                    return (null, $"The part {name} is too long.");
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException || (e is IOException and not BadHttpRequestException && !cancellationToken.IsCancellationRequested))
        {
            return (null, "The body is not well-formed multipart/form-data.");
        }

        if (Fields.Take(3).FirstOrDefault(f => !texts.ContainsKey(f)) is { } missing)
        {
            return (null, $"The part {missing} is missing.");
        }

        return content is null
            ? (null, "The part file is missing.")
            : (new Submission(
                depot,
                consignmentNumber,
                key,
                texts["documentType"],
                texts["fileName"],
                texts["sha256"],
                texts.GetValueOrDefault("capturedAt"),
                contentType!,
                content,
                Convert.ToHexStringLower(SHA256.HashData(content))), null);
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancellationToken);
        return memory.ToArray();
    }
}
