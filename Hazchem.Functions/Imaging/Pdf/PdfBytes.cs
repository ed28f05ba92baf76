using System.Buffers.Text;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>What the bytes of a PDF say without being parsed.</summary>
internal static class PdfBytes
{
    /// <summary>Readers look for the mark of the end in about so many bytes; some mailers append a few.</summary>
    private const int EndSearchedBytes = 2048;

    /// <summary>Pixels of a fax that does not say how wide it is.</summary>
    private const int UsualFaxWidth = 1728;

    private static ReadOnlySpan<byte> Decode => "/Decode"u8;

    private static ReadOnlySpan<byte> White => " \t\r\n"u8;

    public static bool HasEnd(ReadOnlySpan<byte> content) =>
        content[Math.Max(0, content.Length - EndSearchedBytes)..].LastIndexOf("%%EOF"u8) >= 0;

    /// <summary>
    /// Whether a picture that is coded as a fax is of group 4 in its usual form and as wide as its rows, by what is said of
    /// the coding where it can be read.
    /// </summary>
    /// <param name="width">Of the picture, in pixels.</param>
    public static bool IsGroup4(ReadOnlySpan<byte> content, int width)
    {
        var kinds = NumbersOf(content, "/K"u8);
        var widths = NumbersOf(content, "/Columns"u8);
        return kinds.Count > 0
            && kinds.All(kind => kind < 0)
            && (widths.Count > 0 ? widths.Contains(width) : width == UsualFaxWidth)
            && content.IndexOf("/EncodedByteAlign"u8) < 0;
    }

    /// <summary>
    /// How many points the largest picture in it has at most, and bytes a point that it takes to have them: three for a JPEG,
    /// which its decoder may hold as a whole before it gives the first row, and one for black and white.
    /// </summary>
    public static (long Points, int Bytes) LargestPicture(ReadOnlySpan<byte> content)
    {
        long width = NumbersOf(content, "/Width"u8).DefaultIfEmpty().Max();
        long height = NumbersOf(content, "/Height"u8).DefaultIfEmpty().Max();
        return (Math.Max(0, width) * Math.Max(0, height), content.IndexOf("/DCT"u8) >= 0 ? 3 : 1);
    }

    /// <summary>
    /// Whether a picture in it may have a key that changes what its coded points mean: one that inverts them or masks
    /// some out. A dictionary before a stream is never compressed, so what is not found here is in no picture.
    /// </summary>
    public static bool MayAlterPictures(ReadOnlySpan<byte> content)
    {
        if (content.IndexOf("/Mask"u8) >= 0
            || content.IndexOf("/SMask"u8) >= 0
            || content.IndexOf("/ImageMask"u8) >= 0
            || content.IndexOf("/ColorTransform"u8) >= 0)
        {
            return true;
        }

        for (var rest = content; rest.IndexOf(Decode) is >= 0 and var at; rest = rest[(at + Decode.Length)..])
        {
            var value = rest[(at + Decode.Length)..];
            if (!value.StartsWith("Parms"u8) && !ChangesNothing(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a list of 0 and 1 in turn, from which to which each colour goes anyway.</summary>
    private static bool ChangesNothing(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart(White);
        if (!value.StartsWith("["u8))
        {
            return false;
        }

        value = value[1..];
        for (var expected = 0; ; expected = 1 - expected)
        {
            value = value.TrimStart(White);
            if (value.StartsWith("]"u8))
            {
                return expected == 0;
            }

            if (!Utf8Parser.TryParse(value, out double number, out var length) || number != expected)
            {
                return false;
            }

            value = value[length..];
        }
    }

    /// <summary>The numbers that stand behind a key, wherever it is.</summary>
    private static List<int> NumbersOf(ReadOnlySpan<byte> content, ReadOnlySpan<byte> key)
    {
        List<int> numbers = [];
        for (var rest = content; rest.IndexOf(key) is >= 0 and var at;)
        {
            rest = rest[(at + key.Length)..];
            if (Utf8Parser.TryParse(rest.TrimStart(White), out int number, out _))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
