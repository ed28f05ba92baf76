using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Hazchem.ContractProbe;

/// <summary>Asks Hazchem, one request at a time and slower than its rate, and never repeats a request.</summary>
/// <param name="http">Without redirects: the key goes to this address only.</param>
/// <param name="baseUrl">Before <c>/v1</c>.</param>
/// <param name="key">The depot's.</param>
internal sealed class Wire(HttpClient http, Uri baseUrl, string key, TimeSpan pause)
{
    private const int MaxBody = 64 * 1024 * 1024;

    /// <summary>Of the answers so far: how many were 429, and how many of those had no <c>Retry-After</c>.</summary>
    public (int Count, int WithoutRetryAfter) TooManyRequests { get; private set; }

    /// <param name="otherKey">In the place of the depot's; an empty one for none.</param>
    public Task<Answer> GetAsync(string path, CancellationToken cancellationToken, string? otherKey = null) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Get, Address(path)), otherKey ?? key, cancellationToken);

    public Task<Answer> SendAsync(string consignment, Sending sending, CancellationToken cancellationToken)
    {
        var form = new MultipartFormDataContent("probe-" + Guid.NewGuid().ToString("N"));
        Add(form, "documentType", sending.DocumentType);
        Add(form, "fileName", sending.FileName);
        Add(form, "sha256", sending.Sha256 ?? Convert.ToHexStringLower(SHA256.HashData(sending.Content)));
        var file = new ByteArrayContent(sending.Content);
        file.Headers.ContentType = new MediaTypeHeaderValue(sending.ContentType);
        form.Add(file, "\"file\"", $"\"{sending.FileName}\"");
        var request = new HttpRequestMessage(HttpMethod.Post, Address($"v1/consignments/{Uri.EscapeDataString(consignment)}/documents")) { Content = form };
        if (sending.IdempotencyKey is { } idempotencyKey)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        return AskAsync(request, key, cancellationToken);
    }

    private static void Add(MultipartFormDataContent form, string name, string value)
    {
        var part = new ByteArrayContent(Encoding.UTF8.GetBytes(value));
        form.Add(part, $"\"{name}\"");
    }

    private Uri Address(string path) => new(baseUrl.AbsoluteUri.TrimEnd('/') + "/" + path);

    private async Task<Answer> AskAsync(HttpRequestMessage request, string apiKey, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, cancellationToken);
        using (request)
        {
            if (apiKey.Length > 0)
            {
                request.Headers.TryAddWithoutValidation("X-Api-Key", apiKey);
            }

            try
            {
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                var body = await ReadAsync(response.Content, cancellationToken);
                var answer = new Answer(
                    (int)response.StatusCode,
                    body,
                    response.Headers.Date,
                    response.Content.Headers.ContentType?.MediaType,
                    response.Content.Headers.ContentLength,
                    response.Headers.RetryAfter is not null,
                    null);
                if (answer.Status == 429)
                {
                    TooManyRequests = (TooManyRequests.Count + 1, TooManyRequests.WithoutRetryAfter + (answer.HasRetryAfter ? 0 : 1));
                }

                return answer;
            }
            catch (Exception e) when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return new Answer(0, [], null, null, null, false, $"no answer: {e.Message}");
            }
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0 && body.Length < MaxBody;)
        {
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}

/// <param name="IdempotencyKey">Null to leave the header out.</param>
/// <param name="Sha256">The content's own where it is null.</param>
internal sealed record Sending(
    string DocumentType, string FileName, string ContentType, byte[] Content, string? IdempotencyKey, string? Sha256 = null);
