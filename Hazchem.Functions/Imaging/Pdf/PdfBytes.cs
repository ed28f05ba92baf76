namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>What the bytes of a PDF say without being parsed.</summary>
internal static class PdfBytes
{
    /// <summary>Readers look for the mark of the end in about so many bytes; some mailers append a few.</summary>
    private const int EndSearchedBytes = 2048;

    private static ReadOnlySpan<byte> Decode => "/Decode"u8;

    public static bool HasEnd(ReadOnlySpan<byte> content) =>
        content[Math.Max(0, content.Length - EndSearchedBytes)..].LastIndexOf("%%EOF"u8) >= 0;

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
            if (!rest[(at + Decode.Length)..].StartsWith("Parms"u8))
            {
                return true;
            }
        }

        return false;
    }
}
