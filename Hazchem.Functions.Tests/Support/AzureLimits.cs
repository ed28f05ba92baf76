using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Azure.Core.Pipeline;

namespace Hazchem.Functions.Tests.Support;

/// <summary>
/// Refuses what Azure Storage refuses and Azurite takes. Only the request is looked at: a row that grows too large by merging
/// is not seen.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model and
/// https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes.
/// </remarks>
internal sealed class AzureLimits(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Kibibyte = 1024;

    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    /// <summary>For clients of the SDK in this process.</summary>
    public static HttpPipelineTransport Transport { get; } = new HttpClientTransport(new HttpClient(OverHttp()) { Timeout = Timeout.InfiniteTimeSpan });

    public static AzureLimits OverHttp() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private enum Service
    {
        Other,
        Tables,
        Queues,
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (RefuseMetadata(request.Headers) is { } refused)
        {
            return AnswerInXml(refused);
        }

        var service = ServiceOf(request);
        if (service == Service.Other)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        await request.Content!.LoadIntoBufferAsync(cancellationToken);
        var body = await request.Content.ReadAsStringAsync(cancellationToken);
        if (service == Service.Queues)
        {
            return RefuseMessage(body) is { } message ? AnswerInXml(message) : await base.SendAsync(request, cancellationToken);
        }

        if (!request.RequestUri!.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal))
        {
            return RefuseRow(body) is { } row ? AnswerInJson(row) : await base.SendAsync(request, cancellationToken);
        }

        return RefuseTransaction(body) is { } transaction ? AnswerTransaction(transaction) : await base.SendAsync(request, cancellationToken);
    }

    private static Service ServiceOf(HttpRequestMessage request) =>
        request.Content is null || request.Method == HttpMethod.Get || request.Method == HttpMethod.Delete ? Service.Other
        : request.Headers.Contains("DataServiceVersion") ? Service.Tables
        : request.RequestUri!.Segments is [_, _, _, "messages" or "messages/", ..] ? Service.Queues
        : Service.Other;

    private static Refusal? RefuseMetadata(HttpRequestHeaders headers) =>
        headers.Where(header => header.Key.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase))
            .Sum(header => header.Key.Length - "x-ms-meta-".Length + header.Value.Sum(value => value.Length)) > 8 * Kibibyte
            ? new Refusal("MetadataTooLarge", "The metadata are larger than 8 KiB.")
            : null;

    private static Refusal? RefuseMessage(string body) =>
        XDocument.Parse(body).Root?.Element("MessageText")?.Value is { } text && Encoding.UTF8.GetByteCount(text) > 64 * Kibibyte
            ? new Refusal("RequestBodyTooLarge", "The message is larger than 64 KiB.", HttpStatusCode.RequestEntityTooLarge)
            : null;

    /// <summary>The SDK writes each operation's address, and the row of those that have one, on a line.</summary>
    private static Refusal? RefuseTransaction(string body)
    {
        var operation = -1;
        foreach (var line in body.Split("\r\n"))
        {
            if (line.EndsWith(" HTTP/1.1", StringComparison.Ordinal))
            {
                operation++;
            }
            else if (line.StartsWith('{') && RefuseRow(line) is { } refused)
            {
                return refused with { Message = string.Create(CultureInfo.InvariantCulture, $"{operation}:{refused.Message}") };
            }
        }

        return body.Length > 4 * Kibibyte * Kibibyte
            ? new Refusal("RequestBodyTooLarge", "0:The transaction is larger than 4 MiB.", HttpStatusCode.RequestEntityTooLarge)
            : null;
    }

    private static Refusal? RefuseRow(string json)
    {
        using var row = JsonDocument.Parse(json);
        var values = row.RootElement.EnumerateObject().Where(property => !property.Name.Contains('.', StringComparison.Ordinal)).ToList();
        var size = 4L;
        foreach (var value in values)
        {
            var type = row.RootElement.TryGetProperty(value.Name + "@odata.type", out var said) ? said.GetString() : null;
            if (RefuseValue(value, type, out var bytes) is { } refused)
            {
                return refused;
            }

            size += Keys.Contains(value.Name) ? bytes : 8 + (2 * value.Name.Length) + bytes;
        }

        return values.Count(value => value.Name != "Timestamp" && !Keys.Contains(value.Name)) > 252
                ? new Refusal("TooManyProperties", "The row has more than 252 properties.")
            : size > Kibibyte * Kibibyte ? new Refusal("EntityTooLarge", $"The row of {size} bytes is larger than 1 MiB.")
            : null;
    }

    private static Refusal? RefuseValue(JsonProperty property, string? type, out long bytes)
    {
        var text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : "";
        bytes = type switch
        {
            "Edm.Binary" => Convert.FromBase64String(text).Length,
            "Edm.Guid" => 16,
            null or "Edm.String" when property.Value.ValueKind == JsonValueKind.String => 2L * text.Length,
            _ => 8,
        };
        if (property.Name.Length > 255)
        {
            return new Refusal("PropertyNameTooLong", $"The name {property.Name} is longer than 255 characters.");
        }

        if (Keys.Contains(property.Name))
        {
            return bytes > Kibibyte ? new Refusal("KeyValueTooLarge", $"{property.Name} is larger than 1 KiB.")
                : text.Any(c => c is '/' or '\\' or '#' or '?' or <= '\u001F' or (>= '\u007F' and <= '\u009F'))
                    ? new Refusal("OutOfRangeInput", $"{property.Name} has a character that no key may have.")
                : null;
        }

        return bytes > 64 * Kibibyte ? new Refusal("PropertyValueTooLarge", $"{property.Name} is larger than 64 KiB.")
            : type == "Edm.DateTime" && DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime.Year < 1601
                ? new Refusal("OutOfRangeInput", $"{property.Name} is before 1601.")
            : null;
    }

    private static HttpResponseMessage AnswerInXml(Refusal refused)
    {
        var error = new XElement("Error", new XElement("Code", refused.Code), new XElement("Message", refused.Message));
        var answer = new HttpResponseMessage(refused.Status) { Content = new StringContent(error.ToString(), Encoding.UTF8, "application/xml") };
        answer.Headers.Add("x-ms-error-code", refused.Code);
        return answer;
    }

    private static HttpResponseMessage AnswerInJson(Refusal refused) =>
        new(refused.Status) { Content = new StringContent(JsonOf(refused), Encoding.UTF8, "application/json") };

    private static HttpResponseMessage AnswerTransaction(Refusal refused)
    {
        var text = string.Join("\r\n",
        [
            "--batch",
            "Content-Type: multipart/mixed; boundary=changes",
            "",
            "--changes",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "",
            $"HTTP/1.1 {(int)refused.Status} {refused.Status}",
            "Content-Type: application/json",
            "",
            JsonOf(refused),
            "--changes--",
            "--batch--",
            "",
        ]);
        var answer = new HttpResponseMessage(HttpStatusCode.Accepted) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/mixed; boundary=batch");
        return answer;
    }

    private static string JsonOf(Refusal refused) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["odata.error"] = new { code = refused.Code, message = new { lang = "en-US", value = refused.Message } },
    });

    private sealed record Refusal(string Code, string Message, HttpStatusCode Status = HttpStatusCode.BadRequest);
}
