using System.Text.Json;

namespace Hazchem.Simulator;

/// <summary>What a call is answered, before any fault is made of it.</summary>
internal sealed record Answer(int Status, string? ContentType = null, ReadOnlyMemory<byte> Body = default, string? RetryAfter = null)
{
    public const string JsonType = "application/json; charset=utf-8";

    public static Answer Json<T>(int status, T value) =>
        new(status, JsonType, JsonSerializer.SerializeToUtf8Bytes(value, SimulatorJson.Options));

    public static Answer Error(int status, string code, string message, params IReadOnlyList<WireFieldError> errors) =>
        Json(status, new WireError(code, message, errors));

    public static Answer TooLarge(long maxBytes) => Json(
        StatusCodes.Status413PayloadTooLarge,
        new WireError("FILE_TOO_LARGE", $"The file may have at most {maxBytes} bytes.", [], maxBytes));

    public static Answer Malformed(string message) => Error(StatusCodes.Status400BadRequest, "MALFORMED", message);

    public static Answer Invalid(params IReadOnlyList<WireFieldError> errors) =>
        Error(StatusCodes.Status422UnprocessableEntity, "INVALID", "A field is wrong.", errors);

    public static Answer TooMany(string retryAfter) =>
        Error(StatusCodes.Status429TooManyRequests, "TOO_MANY_REQUESTS", "Too many requests for this key.") with { RetryAfter = retryAfter };
}
