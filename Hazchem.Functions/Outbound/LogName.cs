using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>A blob's name for the log: a hash stands for the file's own name, which may be a person's.</summary>
internal static class LogName
{
    /// <returns>Ends with the hash that an entry of <c>NeedsAttention</c> of a file that could not be handled has in its key.</returns>
    public static string Of(string blobName)
    {
        var hash = Sha256Hash.Of(blobName).Short;
        return DropName.TryParse(blobName, out var name, out _)
            ? $"{name.Depot}/{name.Consignment}/{name.Type.ToSegment()}/{hash}"
            : $"{DocumentKey.Unaddressed}/{hash}";
    }
}
