using System.Runtime.InteropServices;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Turns a picture upright. libvips does so too, and takes twice as long.</summary>
internal static class Turning
{
    /// <summary>Many rows at once: where they become columns, each row that is written to is far from the one before.</summary>
    private const int StripBytes = 512 * 1024;

    /// <param name="image">Grey or sRGB, of 8 bits, in memory.</param>
    /// <param name="orientation">EXIF's number of how it is stored, 1 to 8.</param>
    /// <returns>The picture, in memory too.</returns>
    public static Image Apply(Image image, int orientation, CancellationToken cancellationToken)
    {
        var isOnItsSide = orientation >= 5;
        var (width, height) = isOnItsSide ? (image.Height, image.Width) : (image.Width, image.Height);
        var last = (width * height) - 1;

        // Where the first point goes, and how far from there the next one to the right and the next one below.
        var (first, right, down) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => (last, -1, -width),
            4 => (last - width + 1, 1, -width),
            5 => (0, width, 1),
            6 => (width - 1, width, -1),
            7 => (last, -width, -1),
            8 => (last - width + 1, -width, 1),
            _ => (0, 1, width),
        };
        var turned = GC.AllocateUninitializedArray<byte>(width * height * image.Bands);
        Strips.Read(
            image,
            StripBytes,
            (top, strip) =>
            {
                var start = first + (top * down);
                if (image.Bands == 1)
                {
                    Place(strip, image.Width, turned, start, right, down);
                }
                else
                {
                    Place(MemoryMarshal.Cast<byte, Colour>(strip), image.Width, MemoryMarshal.Cast<byte, Colour>(turned.AsSpan()), start, right, down);
                }
            },
            cancellationToken);
        using var points = Image.NewFromMemory(turned, width, height, image.Bands, Enums.BandFormat.Uchar);
        return points.Copy(interpretation: image.Interpretation);
    }

    /// <summary>Writes along the rows of the turned picture, as far as a strip goes.</summary>
    private static void Place<T>(ReadOnlySpan<T> strip, int width, Span<T> turned, int start, int right, int down)
    {
        var rows = strip.Length / width;
        if (Math.Abs(right) == 1)
        {
            for (var y = 0; y < rows; y++)
            {
                var row = strip.Slice(y * width, width);
                for (var (x, to) = (0, start + (y * down)); x < row.Length; x++, to += right)
                {
                    turned[to] = row[x];
                }
            }

            return;
        }

        for (var x = 0; x < width; x++)
        {
            for (var (from, to) = (x, start + (x * right)); from < strip.Length; from += width, to += down)
            {
                turned[to] = strip[from];
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Colour(byte Red, byte Green, byte Blue);
}
