using System.Text.Json.Serialization;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>
/// The answer to an invocation. The host takes a 2xx for success only with a JSON object in it: an empty body hangs the
/// invocation until <c>functionTimeout</c>, and the app is then killed with everything in flight.
/// </summary>
internal sealed record InvocationAnswer
{
    /// <summary>What went wrong; null in a success.</summary>
    public string? Error { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InvocationAnswer))]
internal sealed partial class InvocationJson : JsonSerializerContext;
