using System.Globalization;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.LocalHost.Demo;

/// <summary>The demo's documents and the consignments they belong to.</summary>
internal static class DemoDocuments
{
    // The app's defaults, in bytes.
    private const long DeliveryImageLimit = 500_000;
    private const long CustomerPaperworkLimit = 2_000_000;
    private const long ProofOfDeliveryLimit = 1_000_000;
    private const int Orientations = 8;
    private const int Pages = 3;

    /// <summary>We requested and collected it.</summary>
    private const string Ours = "HZ0000000101";

    /// <summary>We only deliver it, so we may not send its paperwork.</summary>
    private const string DeliveredByUs = "HZ0000000102";

    /// <summary>We requested it, another depot delivers it and takes pictures.</summary>
    private const string DeliveredForUs = "HZ0000000103";

    private static readonly Dictionary<string, string> NoMetadata = [];

    public static void Announce(HazchemNetwork network)
    {
        network.AddConsignment(Ours, LocalInstallation.OwnDepot, LocalInstallation.OwnDepot, LocalInstallation.OtherDepot);
        network.AddConsignment(DeliveredByUs, LocalInstallation.OtherDepot, LocalInstallation.OtherDepot, LocalInstallation.OwnDepot);
        network.AddConsignment(DeliveredForUs, LocalInstallation.OwnDepot, LocalInstallation.OtherDepot, LocalInstallation.OtherDepot);
    }

    public static IReadOnlyList<DemoDrop> ToDrop() =>
    [
        .. Enumerable.Range(1, Orientations).Select(orientation => new DemoDrop(
            string.Create(CultureInfo.InvariantCulture, $"{LocalInstallation.OwnDepot}/{Ours}/delivery-image/photo with orientation {orientation}.jpg"),
            SamplePictures.Photo(orientation, orientation: orientation),
            NoMetadata,
            DeliveryImageLimit)),
        new($"{LocalInstallation.OwnDepot}/{Ours}/delivery-image/large photo.jpg", SamplePictures.LargePhoto(20), NoMetadata, DeliveryImageLimit),
        new($"{LocalInstallation.OwnDepot}/{Ours}/pod/signed note.tif", SamplePictures.Scan(30, Pages), NoMetadata, ProofOfDeliveryLimit, Pages),
        new($"{LocalInstallation.OwnDepot}/{Ours}/cop/delivery note.tif", SamplePictures.Scan(31, Pages), new Dictionary<string, string> { ["signed"] = "false" }, CustomerPaperworkLimit, Pages),
        new($"{LocalInstallation.OwnDepot}/{Ours}/cop/signed by the customer.tif", SamplePictures.Scan(32, 1), new Dictionary<string, string> { ["signed"] = "true" }, SentLimit: null),
        new($"{LocalInstallation.OwnDepot}/{DeliveredByUs}/cop/not ours to send.tif", SamplePictures.Scan(33, 1), NoMetadata, SentLimit: null),
        new($"{LocalInstallation.OwnDepot}/{Ours}/delivery-image/no picture.jpg", SamplePictures.NotAPicture(), NoMetadata, SentLimit: null),
        new("a name that does not fit.jpg", SamplePictures.Photo(40, 800, 600), NoMetadata, SentLimit: null),
    ];

    public static IReadOnlyList<DemoPublication> Publish(HazchemNetwork network)
    {
        List<DemoPublication> published = [];
        for (var seed = 50; seed < 53; seed++)
        {
            Add(DeliveredForUs, "DELIVERY_IMAGE", "delivery-image", SamplePictures.Photo(seed, 1024, 768));
        }

        Add(DeliveredByUs, "CUSTOMER_PAPERWORK", "cop", SamplePictures.Scan(60, 1));
        Add(DeliveredByUs, "CUSTOMER_PAPERWORK", "cop", SamplePictures.Scan(61, Pages));
        return published;

        void Add(string consignment, string type, string segment, byte[] content)
        {
            var id = network.Publish(new PublishedDocument
            {
                ConsignmentNumber = consignment,
                DocumentType = type,
                Content = content,
                SentBy = LocalInstallation.OtherDepot,
            });
            published.Add(new DemoPublication(id, consignment, segment, content));
        }
    }
}
