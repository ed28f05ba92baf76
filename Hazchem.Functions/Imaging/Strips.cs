using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Reads an image from top to bottom, some rows at a time.</summary>
internal static class Strips
{
    /// <summary>Less than the large object heap takes, so that many strips cost no full collection.</summary>
    public const int SmallBytes = 64 * 1024;

    /// <param name="image">Of 8 bits a sample.</param>
    /// <param name="bytes">What a strip takes at most, if that is a row or more.</param>
    /// <param name="take">Is given the number of a strip's first row, and the points of whole rows.</param>
    /// <exception cref="VipsException">The image cannot be read to its end.</exception>
    public static void Read(Image image, int bytes, Action<int, byte[]> take, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => image.SetKill(true));
        using var region = Region.New(image);
        var rows = Math.Max(1, bytes / (image.Width * image.Bands));
        for (var top = 0; top < image.Height; top += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(top, region.Fetch(0, top, image.Width, Math.Min(rows, image.Height - top)));
        }
    }
}
