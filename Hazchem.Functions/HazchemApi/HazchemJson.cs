using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.HazchemApi;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Wire.AcceptedBody))]
[JsonSerializable(typeof(Wire.ErrorBody))]
[JsonSerializable(typeof(Wire.ListingBody))]
[JsonSerializable(typeof(Wire.ListedBody))]
internal sealed partial class HazchemJson : JsonSerializerContext;
