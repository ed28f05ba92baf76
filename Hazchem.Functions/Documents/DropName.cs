using System.Diagnostics.CodeAnalysis;

namespace Hazchem.Functions.Documents;

/// <summary>
/// The name of a file in the drop box: <c>{depot}/{consignment}/{documentType}/{fileName}</c>, at most 900 characters.
/// </summary>
internal sealed record DropName(
    DepotCode Depot,
    ConsignmentNumber Consignment,
    DocumentType Type,
    string FileName)
{
    /// <summary>
    /// In characters. The Functions host writes a receipt whose name contains the blob's; a name over about 920
    /// characters makes the receipt's too long for Blob Storage and stops the host.
    /// </summary>
    public const int MaxLength = 900;

    private const string Form = "{depot}/{consignment}/{delivery-image|cop|pod}/{file name}";

    public static bool TryParse(
        string blobName,
        [NotNullWhen(true)] out DropName? name,
        [NotNullWhen(false)] out string? reason)
    {
        name = null;
        if (blobName.Length > MaxLength)
        {
            reason = $"The name has {blobName.Length} characters; {MaxLength} are allowed.";
            return false;
        }

        var parts = blobName.Split('/');
        if (parts.Length != 4)
        {
            reason = $"The name has {parts.Length - 1} slashes and not 3; it must be {Form}.";
            return false;
        }

        if (!DepotCode.TryParse(parts[0], out var depot, out reason)
            || !ConsignmentNumber.TryParse(parts[1], out var consignment, out reason)
            || !DocumentTypes.TryParseSegment(parts[2], out var type, out reason))
        {
            reason = $"{reason} The name must be {Form}.";
            return false;
        }

        reason = parts[3] switch
        {
            "" => $"The file name is empty. The name must be {Form}.",
            "." or ".." => $"The file name is '{parts[3]}', which is no file's name.",
            var file when file.Any(char.IsControl) => "The file name has a control character.",
            _ => null,
        };
        if (reason is not null)
        {
            return false;
        }

        name = new DropName(depot, consignment, type, parts[3]);
        return true;
    }

    public override string ToString() => $"{Depot}/{Consignment}/{Type.ToSegment()}/{FileName}";
}
