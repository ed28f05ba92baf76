using System.Text.Json.Serialization;

namespace Hazchem.Functions.Portal;

/// <summary>What an entry of <c>NeedsAttention</c> speaks of.</summary>
internal enum AttentionKind
{
    [JsonStringEnumMemberName("document")]
    Document,

    /// <summary>A file of the drop box that could not be read or handled. It has no row.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>A depot as a whole, such as its key.</summary>
    [JsonStringEnumMemberName("depot")]
    Depot,
}
