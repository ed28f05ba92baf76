using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hazchem.Functions.Documents;

/// <summary>A SHA-256 in 64 lower-case hex digits.</summary>
internal sealed record Sha256Hash
{
    private Sha256Hash(string value) => Value = value;

    public string Value { get; }

    /// <summary>The first 16 digits: enough to tell one document's files apart in a name.</summary>
    public string Short => Value[..16];

    public static Sha256Hash Of(ReadOnlySpan<byte> content) => FromBytes(SHA256.HashData(content));

    public static Sha256Hash Of(string text) => Of(System.Text.Encoding.UTF8.GetBytes(text));

    public static Sha256Hash FromBytes(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    public static bool TryParse(string? text, [NotNullWhen(true)] out Sha256Hash? hash)
    {
        hash = text is { Length: 64 } && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? new Sha256Hash(text)
            : null;
        return hash is not null;
    }

    public override string ToString() => Value;
}
