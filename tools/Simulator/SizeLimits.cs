namespace Hazchem.Simulator;

/// <summary>The most bytes of the <c>file</c> part, by document type.</summary>
public sealed record SizeLimits
{
    public long DeliveryImage { get; init; } = 500_000;

    public long CustomerPaperwork { get; init; } = 2_000_000;

    public long ProofOfDelivery { get; init; } = 1_000_000;

    internal long Largest => Math.Max(DeliveryImage, Math.Max(CustomerPaperwork, ProofOfDelivery));

    internal long For(string documentType) => documentType switch
    {
        WireNames.DeliveryImage => DeliveryImage,
        WireNames.CustomerPaperwork => CustomerPaperwork,
        _ => ProofOfDelivery,
    };
}
