using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hazchem.Functions.Portal;

/// <summary>JSON with its length, since the Functions host holds answers whole anyway; 304 where the caller has it.</summary>
/// <param name="ETag">What the answer is made from, without quotes; null for one that is not cached.</param>
internal sealed record JsonAnswer<T>(
    T Value, JsonTypeInfo<T> Type, int Status = StatusCodes.Status200OK, string ContentType = "application/json; charset=utf-8", string? ETag = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (ETag is not null && Caching.IsKnown(httpContext, ETag))
        {
            return Task.CompletedTask;
        }

        return Bytes.WriteAsync(httpContext, Status, ContentType, JsonSerializer.SerializeToUtf8Bytes(Value, Type));
    }
}
