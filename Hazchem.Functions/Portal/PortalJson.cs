using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hazchem.Functions.Portal;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(MeBody))]
[JsonSerializable(typeof(StatusBody))]
[JsonSerializable(typeof(ChangesBody))]
[JsonSerializable(typeof(ConsignmentsBody))]
[JsonSerializable(typeof(DocumentsBody))]
[JsonSerializable(typeof(DocumentBody))]
[JsonSerializable(typeof(PagesBody))]
[JsonSerializable(typeof(AttentionBody))]
[JsonSerializable(typeof(PrintQueueBody))]
[JsonSerializable(typeof(IdsBody))]
[JsonSerializable(typeof(DismissBody))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(DroppedBody))]
[JsonSerializable(typeof(ErasedBody))]
internal sealed partial class PortalJson : JsonSerializerContext;
