using System.Text.Json.Serialization;

namespace Hazchem.Simulator;

/// <summary>The body of an error.</summary>
internal sealed record WireError(
    string Code,
    string Message,
    IReadOnlyList<WireFieldError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MaxBytes = null);

internal sealed record WireFieldError(string Field, string Message);
