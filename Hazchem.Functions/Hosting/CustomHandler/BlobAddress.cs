using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>Takes a blob's name from the <c>Uri</c> that the host sends with a blob trigger.</summary>
internal static class BlobAddress
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="address">Percent-encoded. Taken as text: <see cref="Uri"/> would resolve <c>..</c> and name another blob.</param>
    /// <param name="containerPath">The path of the container that the trigger is on, such as <c>/outbound</c>, or <c>/devstoreaccount1/outbound</c> at the emulator.</param>
    /// <param name="name">The blob's name, decoded.</param>
    /// <param name="reason">What is wrong with the address.</param>
    public static bool TryParse(
        string address,
        string containerPath,
        [NotNullWhen(true)] out string? name,
        [NotNullWhen(false)] out string? reason)
    {
        name = null;
        const string SchemeEnd = "://";
        var host = address.IndexOf(SchemeEnd, StringComparison.Ordinal);
        var path = host < 0 ? -1 : address.IndexOf('/', host + SchemeEnd.Length);
        if (path < 0 || !(address.StartsWith("https:", StringComparison.Ordinal) || address.StartsWith("http:", StringComparison.Ordinal)))
        {
            reason = "Metadata.Uri is no address of a blob.";
            return false;
        }

        var end = address.AsSpan(path).IndexOfAny('?', '#');
        var whole = end < 0 ? address[path..] : address.Substring(path, end);
        if (!whole.StartsWith(containerPath + "/", StringComparison.Ordinal) || whole.Length == containerPath.Length + 1)
        {
            reason = $"Metadata.Uri names no blob of the container {containerPath}.";
            return false;
        }

        if (!TryDecode(whole.AsSpan(containerPath.Length + 1), out name))
        {
            reason = "Metadata.Uri has a percent sign that does not begin the encoding of UTF-8 text.";
            return false;
        }

        reason = null;
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var bytes = new List<byte>(encoded.Length);
        Span<byte> utf8 = stackalloc byte[4];
        while (encoded.Length > 0)
        {
            if (encoded[0] == '%')
            {
                if (encoded.Length < 3 || !char.IsAsciiHexDigit(encoded[1]) || !char.IsAsciiHexDigit(encoded[2]))
                {
                    return false;
                }

                bytes.AddRange(Convert.FromHexString(encoded.Slice(1, 2)));
                encoded = encoded[3..];
                continue;
            }

            if (Rune.DecodeFromUtf16(encoded, out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            encoded = encoded[used..];
        }

        try
        {
            text = StrictUtf8.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
