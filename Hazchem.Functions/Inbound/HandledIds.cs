using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hazchem.Functions.Inbound;

/// <summary>
/// The documents that need no second look while the listing still shows them: twelve bytes of each id's SHA-256 and
/// four of its time, packed, since they are read and written with every run.
/// </summary>
internal sealed class HandledIds
{
    /// <summary>As many as fit into one table row, whose limit is 1 MiB.</summary>
    public const int Capacity = 45_000;

    private const int EntryBytes = 16;
    private const int HashBytes = 12;

    /// <summary>A binary property holds 64 KiB.</summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly Dictionary<UInt128, uint> seconds = [];

    public HandledIds()
    {
    }

    public HandledIds(IEnumerable<byte[]> chunks, DateTimeOffset? overflowUntil)
    {
        OverflowUntil = overflowUntil;
        foreach (var chunk in chunks)
        {
            for (var at = 0; at + EntryBytes <= chunk.Length; at += EntryBytes)
            {
                var entry = chunk.AsSpan(at, EntryBytes);
                seconds[Hash(entry[..HashBytes])] = BinaryPrimitives.ReadUInt32BigEndian(entry[HashBytes..]);
            }
        }
    }

    public int Count => seconds.Count;

    /// <summary>The time of the latest document that found no room. Until it is behind, an id that is not here may still be known.</summary>
    public DateTimeOffset? OverflowUntil { get; private set; }

    public bool Contains(string documentId) => seconds.ContainsKey(Hash(documentId));

    public void Add(string documentId, DateTimeOffset availableAt)
    {
        var hash = Hash(documentId);
        if (seconds.Count < Capacity || seconds.ContainsKey(hash))
        {
            seconds[hash] = Seconds(availableAt);
        }
        else if (OverflowUntil is null || availableAt > OverflowUntil)
        {
            OverflowUntil = availableAt;
        }
    }

    /// <summary>Forgets what no listing shows any more.</summary>
    public void ForgetBefore(DateTimeOffset time)
    {
        var before = Seconds(time);
        foreach (var (hash, second) in seconds)
        {
            if (second < before)
            {
                seconds.Remove(hash);
            }
        }

        if (OverflowUntil < time)
        {
            OverflowUntil = null;
        }
    }

    public IReadOnlyList<byte[]> ToChunks()
    {
        var all = new byte[seconds.Count * EntryBytes];
        var at = 0;
        Span<byte> hashBytes = stackalloc byte[16];
        foreach (var (hash, second) in seconds)
        {
            BinaryPrimitives.WriteUInt128BigEndian(hashBytes, hash);
            hashBytes[..HashBytes].CopyTo(all.AsSpan(at));
            BinaryPrimitives.WriteUInt32BigEndian(all.AsSpan(at + HashBytes), second);
            at += EntryBytes;
        }

        return [.. all.Chunk(ChunkBytes)];
    }

    private static UInt128 Hash(string documentId) =>
        Hash(SHA256.HashData(Encoding.UTF8.GetBytes(documentId)).AsSpan(0, HashBytes));

    private static UInt128 Hash(ReadOnlySpan<byte> twelve)
    {
        Span<byte> sixteen = stackalloc byte[16];
        twelve.CopyTo(sixteen);
        return BinaryPrimitives.ReadUInt128BigEndian(sixteen);
    }

    private static uint Seconds(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue);
}
