using System.Text.Json;

namespace Hazchem.ContractProbe;

/// <summary>What came back; <see cref="Status"/> is 0 where nothing did.</summary>
/// <param name="Trouble">Why nothing came; null where something did.</param>
internal sealed record Answer(
    int Status, byte[] Body, DateTimeOffset? Date, string? MediaType, long? Length, bool HasRetryAfter, string? Trouble)
{
    /// <summary>Null where the body is no JSON object.</summary>
    public JsonElement? Json { get; } = Parse(Body);

    public string? Code => Text("code");

    /// <summary>Says nothing of the contract: it may come at any time.</summary>
    public bool IsNoAnswer => Status is 0 or 408 or 429 or >= 500;

    public string? Text(string member) =>
        Json?.TryGetProperty(member, out var value) is true && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public override string ToString() => Trouble ?? (Code is null ? $"{Status}" : $"{Status} {Code}");

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(body);
            return root.ValueKind == JsonValueKind.Object ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
