using System.Text.Json.Serialization;

namespace Hazchem.Benchmarks.Running;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(WorkOrder))]
[JsonSerializable(typeof(WorkReport))]
internal sealed partial class WorkJson : JsonSerializerContext;
