using System.Globalization;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Tests.Imaging;
using Hazchem.Samples;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>The documents of a chaos run, the same for the same seed; each has bytes of its own.</summary>
internal sealed class ChaosDocuments(int seed)
{
    public const string OurDepot = "045";
    public const string OurOtherDepot = "047";
    public const string TheirDepot = "046";

    private const int ScansEvery = 8;
    private const int RefusedEvery = 12;
    private const int TwinsEvery = 9;

    private readonly ImageConverter images = new(Pictures.Options);
    private readonly Random random = new(seed);

    /// <param name="number">From 1.</param>
    public ChaosDrop Drop(int number)
    {
        var depot = number % 3 == 0 ? OurOtherDepot : OurDepot;
        var consignment = string.Create(CultureInfo.InvariantCulture, $"OUT{number:000000}");
        if (number % RefusedEvery == 0)
        {
            byte[] note = [.. SamplePictures.NotAPicture(), .. BitConverter.GetBytes(number)];
            return new ChaosDrop(consignment, $"{depot}/{consignment}/delivery-image/note.jpg", note, Sent: null, Twin: null);
        }

        var (type, shape, limit, original) = number % ScansEvery == 0
            ? ("cop", TargetShape.Paperwork, 2_000_000, SamplePictures.Scan(seed + number, 1))
            : ("delivery-image", TargetShape.OnePicture, 500_000, SamplePictures.Photo(seed + number, 320, 240));
        var folder = $"{depot}/{consignment}/{type}";
        var sent = (ConversionResult.Converted)images.Convert(original, shape, limit, CancellationToken.None);
        return new ChaosDrop(
            consignment, $"{folder}/file.bin", original, sent.Content.ToArray(), number % TwinsEvery == 0 ? $"{folder}/the same again.bin" : null);
    }

    /// <param name="number">From 1.</param>
    public PublishedDocument Publication(HazchemNetwork network, int number)
    {
        var ours = number % 3 == 0 ? OurOtherDepot : OurDepot;
        var consignment = string.Create(CultureInfo.InvariantCulture, $"IN{number:000000}");
        var isPaperwork = number % ScansEvery == 0;
        var (requesting, delivery) = isPaperwork ? (TheirDepot, ours) : (ours, TheirDepot);
        network.AddConsignment(consignment, requesting, requesting, delivery);
        return new PublishedDocument
        {
            ConsignmentNumber = consignment,
            DocumentType = isPaperwork ? "CUSTOMER_PAPERWORK" : "DELIVERY_IMAGE",
            Content = isPaperwork ? SamplePictures.Scan(~(seed + number), 1) : SamplePictures.PlainJpeg(~(seed + number), 320, 240),
            SentBy = TheirDepot,
            ListedAfter = TimeSpan.FromSeconds(random.Next(0, 240)),
        };
    }
}
