using System.Globalization;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Portal;

/// <summary>Addresses on this server.</summary>
/// <param name="Root">What they begin with, such as <c>/api/v1</c>.</param>
internal sealed record Links(string Root)
{
    public string Documents(string partition) => $"{Root}/consignments/{partition}/documents";

    /// <summary>Neither part of a key has anything in it that an address would have to encode.</summary>
    public string Document(DocumentKey key) => $"{Documents(key.Partition)}/{key.Row}";

    public string Page(DocumentKey key, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Document(key)}/pages/{number}");
}
