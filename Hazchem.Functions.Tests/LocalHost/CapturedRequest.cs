using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hazchem.Functions.Tests.LocalHost;

/// <summary>A request as a handler received it.</summary>
internal sealed record CapturedRequest(
    string Method,
    string Path,
    string Target,
    IReadOnlyDictionary<string, string> Headers,
    string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public static async Task<CapturedRequest> ReadAsync(HttpRequest request)
    {
        using var body = new StreamReader(request.Body, Encoding.UTF8);
        return new CapturedRequest(
            request.Method,
            request.Path.Value!,
            request.Path.Value + request.QueryString.Value,
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await body.ReadToEndAsync(request.HttpContext.RequestAborted));
    }
}
