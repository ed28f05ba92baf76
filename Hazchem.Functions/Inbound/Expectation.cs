using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Inbound;

/// <summary>Where a listed document belongs, and what its content must be.</summary>
internal sealed record Expectation(ConsignmentNumber Consignment, DocumentType Type, PictureFormat Format)
{
    /// <summary>Null, with the reason, for a document that is not one of those that come to a depot.</summary>
    public static Expectation? Of(ListedDocument document, out string reason)
    {
        if (!ConsignmentNumber.TryParse(document.ConsignmentNumber, out var consignment, out var wrong))
        {
            reason = $"Hazchem gave a consignment number that is none. {wrong}";
            return null;
        }

        var type = WireNames.ToDocumentType(document.DocumentType);
        (PictureFormat Format, string[] Roles)? right = type switch
        {
            DocumentType.DeliveryImage => (PictureFormat.Jpeg, [WireNames.Requesting, WireNames.Collection]),
            DocumentType.CustomerPaperwork => (PictureFormat.Tiff, [WireNames.Delivery]),
            _ => null,
        };
        if (right is not { } expected)
        {
            reason = $"Documents of the type {PlainText.OneLine(document.DocumentType, 60)} are not expected from Hazchem.";
            return null;
        }

        if (!document.DepotRoles.Any(expected.Roles.Contains))
        {
            reason = $"{type!.Value.ToWire()} concerns the depot as {string.Join(" or ", expected.Roles)}, but here it is "
                + $"{(document.DepotRoles.Count == 0 ? "nothing" : PlainText.OneLine(string.Join(", ", document.DepotRoles), 100))}.";
            return null;
        }

        reason = "";
        return new Expectation(consignment, type!.Value, expected.Format);
    }
}
