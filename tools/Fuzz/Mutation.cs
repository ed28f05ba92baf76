using System.Buffers.Binary;
using System.IO.Hashing;

namespace Hazchem.Fuzz;

/// <summary>Damages a file, the same way for the same seed and number.</summary>
internal sealed class Mutation(IReadOnlyList<(string Name, byte[] Content)> seeds, int seed)
{
    private const int HeaderBytes = 512;
    private const int PngHeaderBytes = 8;

    private static readonly long[] TellingNumbers =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>The damaged file of a number, and of which it was made.</summary>
    public (string Name, byte[] Content) Make(long number)
    {
        var random = new Random(HashCode(seed, number));
        var (name, whole) = seeds[(int)(number % seeds.Count)];
        var content = (byte[])whole.Clone();
        for (var steps = 1 + (random.Next(4) * random.Next(4)); steps > 0 && content.Length > 0; steps--)
        {
            content = Step(content, random);
        }

        if (name.StartsWith("png", StringComparison.Ordinal) && random.Next(4) > 0)
        {
            // Otherwise all would end at the first check sum.
            RepairPng(content);
        }

        return (name, content);
    }

    private static int HashCode(int seed, long number)
    {
        // The framework's hash codes are other ones in each process.
        var mixed = ((ulong)(uint)seed << 32) ^ ((ulong)number * 0x9E3779B97F4A7C15);
        return (int)((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9 >> 33);
    }

    private byte[] Step(byte[] content, Random random)
    {
        switch (random.Next(10))
        {
            case 0 or 1:
                content[Place(content, random)] ^= (byte)(1 << random.Next(8));
                return content;
            case 2:
                content[Place(content, random)] = (byte)random.Next(256);
                return content;
            case 3 or 4 or 5:
                WriteNumber(content, random);
                return content;
            case 6:
                return content[..random.Next(content.Length + 1)];
            case 7:
                var (goneAt, gone) = Block(content, random);
                return [.. content.AsSpan(0, goneAt), .. content.AsSpan(goneAt + gone)];
            case 8:
                return Insert(content, content, overwrite: false, random);
            default:
                return Insert(content, seeds[random.Next(seeds.Count)].Content, overwrite: random.Next(2) == 0, random);
        }
    }

    private static byte[] Insert(byte[] content, byte[] source, bool overwrite, Random random)
    {
        var (at, length) = Block(source, random);
        var to = random.Next(content.Length);
        var end = overwrite ? Math.Min(content.Length, to + length) : to;
        return [.. content.AsSpan(0, to), .. source.AsSpan(at, length), .. content.AsSpan(end)];
    }

    /// <summary>Half of the places are in the header, where a bit counts for more.</summary>
    private static int Place(byte[] content, Random random) =>
        random.Next(random.Next(2) == 0 ? Math.Min(content.Length, HeaderBytes) : content.Length);

    private static (int At, int Length) Block(byte[] content, Random random)
    {
        var at = Place(content, random);
        return (at, random.Next(1 + Math.Min(content.Length - at, 1 << random.Next(14))));
    }

    private static void WriteNumber(byte[] content, Random random)
    {
        Span<byte> bytes = stackalloc byte[8];
        var value = TellingNumbers[random.Next(TellingNumbers.Length)];
        var size = 1 << random.Next(3);
        var isBigEndian = random.Next(2) == 0;
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        }

        var at = Place(content, random);
        size = Math.Min(size, content.Length - at);
        (isBigEndian ? bytes[^size..] : bytes[..size]).CopyTo(content.AsSpan(at));
    }

    private static void RepairPng(byte[] content)
    {
        for (var at = PngHeaderBytes; at + 12 <= content.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at));
            if (length > content.Length - at - 12)
            {
                return;
            }

            var sum = Crc32.HashToUInt32(content.AsSpan(at + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(at + 8 + (int)length), sum);
            at += 12 + (int)length;
        }
    }
}
