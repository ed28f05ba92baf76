namespace Hazchem.Simulator;

/// <summary>The words of the contract.</summary>
internal static class WireNames
{
    public const string DeliveryImage = "DELIVERY_IMAGE";
    public const string CustomerPaperwork = "CUSTOMER_PAPERWORK";
    public const string ProofOfDelivery = "PROOF_OF_DELIVERY";

    public const string Requesting = "REQUESTING";
    public const string Collection = "COLLECTION";
    public const string Delivery = "DELIVERY";

    public const string Jpeg = "image/jpeg";
    public const string Tiff = "image/tiff";

    public static bool IsDocumentType(string text) => text is DeliveryImage or CustomerPaperwork or ProofOfDelivery;

    /// <summary>Whether content of this media type may be sent as this document type.</summary>
    public static bool Accepts(string documentType, string mediaType) => documentType switch
    {
        DeliveryImage => mediaType == Jpeg,
        CustomerPaperwork => mediaType == Tiff,
        _ => mediaType is Jpeg or Tiff,
    };

    /// <summary>What the bytes are, or null when they are neither JPEG nor TIFF.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [(byte)'I', (byte)'I', 42, 0, _, _, _, _, ..] or [(byte)'M', (byte)'M', 0, 42, _, _, _, _, ..] => Tiff,
        _ => null,
    };

    public static bool HasExtensionOf(string fileName, string mediaType)
    {
        var extension = Path.GetExtension(fileName).ToUpperInvariant();
        return mediaType == Jpeg ? extension is ".JPG" or ".JPEG" : extension is ".TIF" or ".TIFF";
    }
}
