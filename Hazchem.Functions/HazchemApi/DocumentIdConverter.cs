using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.HazchemApi;

/// <summary>Reads a whole number as text: an id is opaque.</summary>
internal sealed class DocumentIdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is not JsonTokenType.Number ? reader.GetString()
        : reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? Encoding.ASCII.GetString(reader.ValueSpan)
        : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
