using Hazchem.Functions.Documents;

namespace Hazchem.Functions.HazchemApi;

/// <summary>Hazchem's words for our types and roles.</summary>
internal static class WireNames
{
    public const string Delivery = "DELIVERY";
    public const string Requesting = "REQUESTING";
    public const string Collection = "COLLECTION";

    public static string ToWire(this DocumentType type) => type switch
    {
        DocumentType.DeliveryImage => "DELIVERY_IMAGE",
        DocumentType.CustomerPaperwork => "CUSTOMER_PAPERWORK",
        DocumentType.ProofOfDelivery => "PROOF_OF_DELIVERY",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Null for a word that the contract does not have.</summary>
    public static DocumentType? ToDocumentType(string text) => text switch
    {
        "DELIVERY_IMAGE" => DocumentType.DeliveryImage,
        "CUSTOMER_PAPERWORK" => DocumentType.CustomerPaperwork,
        "PROOF_OF_DELIVERY" => DocumentType.ProofOfDelivery,
        _ => null,
    };
}
