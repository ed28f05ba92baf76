using System.Buffers.Binary;
using System.Text;

namespace Hazchem.Samples;

/// <summary>ICC profiles of three primaries and a curve, as cameras and phones embed them.</summary>
public static class ColourProfile
{
    private const int HeaderBytes = 128;
    private const double UsualGamma = 2.2;

    /// <summary>The primaries of Display P3, which iPhones use, as XYZ under D50: red, green, blue.</summary>
    public static double[][] DisplayP3Primaries { get; } = [[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]];

    /// <summary>The primaries of Adobe RGB, which cameras use, likewise.</summary>
    public static double[][] AdobeRgbPrimaries { get; } = [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];

    /// <summary>The primaries of sRGB, likewise.</summary>
    public static double[][] SrgbPrimaries { get; } = [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]];

    /// <summary>A profile of such primaries.</summary>
    /// <param name="paddedBytes">How many bytes of no use are added.</param>
    /// <param name="gamma">Of its curves; 1 for values that go as the light does.</param>
    public static byte[] Of(double[][] primaries, string name, int paddedBytes = 0, double gamma = UsualGamma)
    {
        ArgumentNullException.ThrowIfNull(primaries);
        var curve = new byte[16];
        "curv"u8.CopyTo(curve);
        BinaryPrimitives.WriteInt32BigEndian(curve.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(curve.AsSpan(12), (ushort)Math.Round(gamma * 256));
        (string Tag, byte[] Value)[] tags =
        [
            ("desc", Description(name)),
            ("cprt", [.. "text"u8, 0, 0, 0, 0, .. "none\0\0\0\0"u8]),
            ("wtpt", Point([0.9642, 1, 0.8249])),
            ("rXYZ", Point(primaries[0])),
            ("gXYZ", Point(primaries[1])),
            ("bXYZ", Point(primaries[2])),
            ("rTRC", curve),
            ("gTRC", curve),
            ("bTRC", curve),
            .. paddedBytes > 0 ? [("padd", (byte[])[.. "data"u8, .. new byte[paddedBytes]])] : Array.Empty<(string, byte[])>(),
        ];

        var at = HeaderBytes + 4 + (12 * tags.Length);
        var profile = new byte[at + tags.Sum(tag => tag.Value.Length)];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        profile[8] = 2;
        profile[9] = 0x10;
        "mntrRGB XYZ "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        Point([0.9642, 1, 0.8249]).AsSpan(8).CopyTo(profile.AsSpan(68));
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(HeaderBytes), tags.Length);
        for (var i = 0; i < tags.Length; i++)
        {
            var entry = profile.AsSpan(HeaderBytes + 4 + (12 * i), 12);
            Encoding.ASCII.GetBytes(tags[i].Tag, entry);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], at);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], tags[i].Value.Length);
            tags[i].Value.CopyTo(profile, at);
            at += tags[i].Value.Length;
        }

        return profile;
    }

    private static byte[] Description(string name)
    {
        var length = name.Length + 1;
        var description = new byte[(12 + length + 78 + 3) / 4 * 4];
        "desc"u8.CopyTo(description);
        BinaryPrimitives.WriteInt32BigEndian(description.AsSpan(8), length);
        Encoding.ASCII.GetBytes(name, description.AsSpan(12));
        return description;
    }

    private static byte[] Point(double[] xyz)
    {
        var point = new byte[20];
        "XYZ "u8.CopyTo(point);
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(point.AsSpan(8 + (4 * i)), (int)Math.Round(xyz[i] * 65536));
        }

        return point;
    }
}
