using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.Storage;

/// <summary>What people did with a document, as its row keeps it: JSON, the oldest first. <c>Activity</c> has all of it.</summary>
internal sealed record PersonActions(string? Json)
{
    /// <summary>A column takes 64 KiB.</summary>
    private const int Kept = 20;

    public static readonly PersonActions None = new((string?)null);

    public IReadOnlyList<PersonAction> ToList() =>
        Json is null ? [] : JsonSerializer.Deserialize(Json, PersonActionsJson.Default.IReadOnlyListPersonAction) ?? [];

    public PersonActions With(PersonAction action) => new(JsonSerializer.Serialize(
        [.. ToList().TakeLast(Kept - 1), action], PersonActionsJson.Default.IReadOnlyListPersonAction));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<PersonAction>))]
internal sealed partial class PersonActionsJson : JsonSerializerContext;
