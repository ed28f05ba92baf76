using System.Text.Json.Serialization;

namespace Hazchem.Functions.Hosting;

/// <summary>What <c>GET /api/health</c> says.</summary>
/// <param name="CheckedAt">It may be some seconds old.</param>
/// <param name="Pending">Files in the drop box; the listing is read to 5,000 of them.</param>
/// <param name="NeedsAttention">Entries that a person must look at, up to 1,000. They make nothing unhealthy.</param>
/// <param name="Shadow">Whether shadow mode is on, so that nothing is sent.</param>
internal sealed record HealthReport(
    HealthStatus Status,
    DateTimeOffset CheckedAt,
    IReadOnlyList<HealthReason> Reasons,
    int? Pending = null,
    int? NeedsAttention = null,
    bool Shadow = false);

/// <param name="Code">A word that stays the same.</param>
/// <param name="Depot">Null where it concerns all.</param>
/// <param name="Message">One sentence for a person.</param>
internal sealed record HealthReason(string Code, string? Depot, string Message);

internal enum HealthStatus
{
    Healthy,

    /// <summary>Something is wrong that a person should look at; the rest works.</summary>
    Degraded,

    /// <summary>The documents' storage does not answer, so nothing works.</summary>
    Unhealthy,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
