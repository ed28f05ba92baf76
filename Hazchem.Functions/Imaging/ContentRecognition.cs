using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging;

/// <summary>Says what a file is by its first bytes.</summary>
internal static class ContentRecognition
{
    /// <summary>Readers of PDF look for its mark in so many bytes; of SVG we look no further either.</summary>
    private const int SearchedBytes = 1024;

    public static PictureFormat Recognise(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureFormat.Jpeg;
        }

        if (content.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureFormat.Png;
        }

        if (content.StartsWith("II*\0"u8) || content.StartsWith("MM\0*"u8)
            || content.StartsWith("II+\0"u8) || content.StartsWith("MM\0+"u8))
        {
            return PictureFormat.Tiff;
        }

        if (content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8))
        {
            return PictureFormat.Gif;
        }

        if (content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBP"u8))
        {
            return PictureFormat.WebP;
        }

        if (content.Length >= 16 && content[4..].StartsWith("ftyp"u8))
        {
            return RecogniseBrand(content);
        }

        if (IsBmp(content))
        {
            return PictureFormat.Bmp;
        }

        var start = content[..Math.Min(content.Length, SearchedBytes)];
        if (start.IndexOf("%PDF-"u8) >= 0)
        {
            return PictureFormat.Pdf;
        }

        return IsSvg(start) ? PictureFormat.Svg : PictureFormat.Unknown;
    }

    /// <summary>HEIC and AVIF are one container; its brands say with which codec the picture is coded.</summary>
    private static PictureFormat RecogniseBrand(ReadOnlySpan<byte> content)
    {
        var boxLength = BinaryPrimitives.ReadUInt32BigEndian(content);
        var brands = content[8..(int)Math.Min(boxLength < 16 ? 16 : boxLength, Math.Min((uint)content.Length, SearchedBytes))];
        var heic = false;
        for (var at = 0; at + 4 <= brands.Length; at += 4)
        {
            var brand = brands.Slice(at, 4);

            // The second word is a version, not a brand.
            if (at != 4 && (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8)))
            {
                return PictureFormat.Avif;
            }

            heic |= at != 4 && (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8)
                || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8));
        }

        return heic ? PictureFormat.Heic : PictureFormat.Unknown;
    }

    /// <summary>Two letters begin many a text, so the length of the header behind them must be one that exists.</summary>
    private static bool IsBmp(ReadOnlySpan<byte> content) =>
        content.Length >= 26
        && content.StartsWith("BM"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(content[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    private static bool IsSvg(ReadOnlySpan<byte> start)
    {
        var text = start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? start[3..] : start;
        text = text.TrimStart(" \t\r\n"u8);
        return text.StartsWith("<"u8) && text.IndexOf("<svg"u8) >= 0;
    }
}
