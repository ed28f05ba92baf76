using Hazchem.Functions.Documents;

namespace Hazchem.Functions.HazchemApi;

/// <summary>The most that the <c>file</c> part may have, in bytes, by document type.</summary>
internal sealed record SizeLimits(int DeliveryImage, int CustomerPaperwork, int ProofOfDelivery)
{
    public int For(DocumentType type) => type switch
    {
        DocumentType.DeliveryImage => DeliveryImage,
        DocumentType.CustomerPaperwork => CustomerPaperwork,
        DocumentType.ProofOfDelivery => ProofOfDelivery,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
