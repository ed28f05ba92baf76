using System.Diagnostics.CodeAnalysis;

namespace Hazchem.Functions.Documents;

/// <summary>What a document is to the network.</summary>
internal enum DocumentType
{
    /// <summary>A photo of the delivery; JPEG.</summary>
    DeliveryImage,

    /// <summary>Unsigned customer paperwork, COP, which the delivery depot prints for the driver; TIFF.</summary>
    CustomerPaperwork,

    /// <summary>A signed proof of delivery, POD; JPEG or TIFF.</summary>
    ProofOfDelivery,
}

internal static class DocumentTypes
{
    /// <summary>The word for the type in a blob's name and a row's key.</summary>
    public static string ToSegment(this DocumentType type) => type switch
    {
        DocumentType.DeliveryImage => "delivery-image",
        DocumentType.CustomerPaperwork => "cop",
        DocumentType.ProofOfDelivery => "pod",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    public static bool TryParseSegment(
        string text,
        out DocumentType type,
        [NotNullWhen(false)] out string? reason)
    {
        DocumentType? found = text switch
        {
            "delivery-image" => DocumentType.DeliveryImage,
            "cop" => DocumentType.CustomerPaperwork,
            "pod" => DocumentType.ProofOfDelivery,
            _ => null,
        };
        type = found.GetValueOrDefault();
        reason = found is null ? "The document type must be delivery-image, cop or pod, in lower case." : null;
        return found is not null;
    }
}
