using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Simulator;

/// <summary>
/// How everything here is written and read. By reflection: generated readers lose the defaults of init-only
/// properties, so that a plan of faults that leaves a thing out would be read wrongly.
/// </summary>
internal static class SimulatorJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
