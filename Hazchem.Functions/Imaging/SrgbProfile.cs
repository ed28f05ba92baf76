using System.Buffers.Binary;
using System.Text;

namespace Hazchem.Functions.Imaging;

/// <summary>Tells by its name whether an ICC profile is sRGB, so that no viewer needs it.</summary>
internal static class SrgbProfile
{
    private const int HeaderBytes = 128;
    private const int TagBytes = 12;
    private const int MaxTags = 100;

    public static bool Is(ReadOnlySpan<byte> profile)
    {
        // What is behind its own length is no part of it.
        if (profile.Length < HeaderBytes + 4 || BinaryPrimitives.ReadUInt32BigEndian(profile) != profile.Length)
        {
            return false;
        }

        var tags = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderBytes..]), MaxTags);
        for (var i = 0; i < tags; i++)
        {
            var at = HeaderBytes + 4 + (i * TagBytes);
            if (at + TagBytes > profile.Length)
            {
                return false;
            }

            if (profile[at..].StartsWith("desc"u8))
            {
                var offset = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 4)..]);
                var length = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 8)..]);
                return offset <= profile.Length
                    && length <= profile.Length - offset
                    && Names(profile.Slice((int)offset, (int)length));
            }
        }

        return false;
    }

    /// <summary>Version 2 of the format writes its texts in ASCII, version 4 in UTF-16.</summary>
    private static bool Names(ReadOnlySpan<byte> description) =>
        description.IndexOf("sRGB"u8) >= 0 || description.IndexOf(Encoding.BigEndianUnicode.GetBytes("sRGB")) >= 0;
}
