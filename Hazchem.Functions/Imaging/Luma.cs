using System.Runtime.Intrinsics;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Reads an image as grey, so that its colours are never in memory as a whole.</summary>
internal static class Luma
{
    /// <summary>
    /// Of 256, by Rec. 709: yellow of a highlighter stays nearly white, red and blue ink become dark. Applied to the values
    /// as they are stored: libvips' own conversion goes through linear light, which takes five times as long.
    /// </summary>
    private const int Red = 54;
    private const int Green = 183;
    private const int Blue = 19;

    /// <summary>The points of an image of 8 bits in sRGB or grey, a byte a point.</summary>
    /// <param name="used">An array that is needed no more: it is taken again if it is of the right length.</param>
    /// <exception cref="UnreadableFileException">It has neither one nor three samples a point.</exception>
    /// <exception cref="VipsException">The image cannot be read to its end.</exception>
    public static byte[] Read(Image image, byte[]? used, CancellationToken cancellationToken)
    {
        if (image.Bands is not (1 or 3))
        {
            throw new UnreadableFileException();
        }

        var length = (long)image.Width * image.Height;
        var grey = used?.Length == length ? used : new byte[length];
        Strips.Read(
            image,
            Strips.SmallBytes,
            (top, strip) =>
            {
                var target = grey.AsSpan(top * image.Width, strip.Length / image.Bands);
                if (image.Bands == 1)
                {
                    strip.CopyTo(target);
                }
                else
                {
                    ToGrey(strip, target);
                }
            },
            cancellationToken);
        return grey;
    }

    private static void ToGrey(ReadOnlySpan<byte> colours, Span<byte> grey)
    {
        var i = 0;
        for (; i <= grey.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var (red, green, blue) = Part(colours[(i * 3)..]);
            var (redLeft, redRight) = Vector128.Widen(red);
            var (greenLeft, greenRight) = Vector128.Widen(green);
            var (blueLeft, blueRight) = Vector128.Widen(blue);
            Vector128.Narrow(Weigh(redLeft, greenLeft, blueLeft), Weigh(redRight, greenRight, blueRight)).CopyTo(grey[i..]);
        }

        for (; i < grey.Length; i++)
        {
            var colour = colours.Slice(i * 3, 3);
            grey[i] = (byte)(((colour[0] * Red) + (colour[1] * Green) + (colour[2] * Blue) + 128) >> 8);
        }
    }

    private static Vector128<ushort> Weigh(Vector128<ushort> red, Vector128<ushort> green, Vector128<ushort> blue) =>
        ((red * (ushort)Red) + (green * (ushort)Green) + (blue * (ushort)Blue) + Vector128.Create((ushort)128)) >>> 8;

    /// <summary>Sixteen points of red, green and blue in turn, each colour for itself.</summary>
    private static (Vector128<byte> Red, Vector128<byte> Green, Vector128<byte> Blue) Part(ReadOnlySpan<byte> colours)
    {
        const byte none = 255;
        var first = Vector128.Create(colours);
        var second = Vector128.Create(colours[16..]);
        var third = Vector128.Create(colours[32..]);
        return (
            Vector128.Shuffle(first, Vector128.Create(0, 3, 6, 9, 12, 15, none, none, none, none, none, none, none, none, none, none))
                | Vector128.Shuffle(second, Vector128.Create(none, none, none, none, none, none, 2, 5, 8, 11, 14, none, none, none, none, none))
                | Vector128.Shuffle(third, Vector128.Create(none, none, none, none, none, none, none, none, none, none, none, 1, 4, 7, 10, 13)),
            Vector128.Shuffle(first, Vector128.Create(1, 4, 7, 10, 13, none, none, none, none, none, none, none, none, none, none, none))
                | Vector128.Shuffle(second, Vector128.Create(none, none, none, none, none, 0, 3, 6, 9, 12, 15, none, none, none, none, none))
                | Vector128.Shuffle(third, Vector128.Create(none, none, none, none, none, none, none, none, none, none, none, 2, 5, 8, 11, 14)),
            Vector128.Shuffle(first, Vector128.Create(2, 5, 8, 11, 14, none, none, none, none, none, none, none, none, none, none, none))
                | Vector128.Shuffle(second, Vector128.Create(none, none, none, none, none, 1, 4, 7, 10, 13, none, none, none, none, none, none))
                | Vector128.Shuffle(third, Vector128.Create(none, none, none, none, none, none, none, none, none, none, 0, 3, 6, 9, 12, 15)));
    }
}
