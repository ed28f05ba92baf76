using System.Buffers.Binary;
using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>Tells whether an ICC profile is sRGB, so that no viewer needs it.</summary>
/// <remarks>
/// By what it does to colours, not by its name: GIMP's "Linear sRGB" makes them much lighter. That takes 4 ms, and
/// converting a photo of 12 megapixels ten times as long.
/// </remarks>
internal static class SrgbProfile
{
    /// <summary>Of red, green and blue each; all colours of them are tried.</summary>
    private const int Shades = 8;

    /// <summary>
    /// In greys of 255, at the shades tried. A gamma of 2.2, which cameras take for sRGB's curve, is 5 off at the darkest of
    /// them, and up to 9 below that, where nobody sees it.
    /// </summary>
    private const int MostOff = 6;

    private static readonly byte[] Greys = [.. Enumerable.Range(0, Shades).Select(static i => (byte)(i * byte.MaxValue / (Shades - 1)))];

    private static readonly byte[] Colours =
        [.. Greys.SelectMany(static red => Greys.SelectMany(green => Greys.SelectMany(blue => (byte[])[red, green, blue])))];

    /// <param name="isGrey">Whether it stands in a picture of greys.</param>
    public static bool Is(byte[] profile, bool isGrey)
    {
        // What is behind its own length is no part of it.
        if (profile.Length < sizeof(int) || BinaryPrimitives.ReadUInt32BigEndian(profile) != profile.Length)
        {
            return false;
        }

        var (sample, bands) = isGrey ? (Greys, 1) : (Colours, 3);
        using var points = Image.NewFromMemory(sample, sample.Length / bands, 1, bands, Enums.BandFormat.Uchar);
        using var typed = points.Copy(interpretation: isGrey ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        using var profiled = typed.Mutate(fields => fields.Set(GValue.BlobType, PageImage.ProfileField, profile));
        using var expected = isGrey ? points.Bandjoin(points, points) : points.Copy();
        try
        {
            // Where it is no profile, or none for such a picture, libvips takes one of its own.
            using var imported = profiled.IccImport(embedded: true);
            if (PageImage.ProfileOf(imported) is not { } used || !used.AsSpan().SequenceEqual(profile))
            {
                return false;
            }

            using var converted = profiled.IccTransform(PageImage.Srgb);
            using var difference = converted - expected;
            using var off = difference.Abs();
            return off.Max() <= MostOff;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
