namespace Hazchem.Functions.Imaging;

/// <summary>
/// Reads which pictures a TIFF holds, without a library: theirs walk the whole chain again for each page, and follow one
/// that bites its tail.
/// </summary>
internal static class TiffDirectories
{
    /// <summary>libtiff counts no further.</summary>
    private const int MostDirectories = 65_535;

    /// <summary>Of one directory; libtiff takes no more either. Real ones have some twenty.</summary>
    private const int MostEntries = 4096;

    /// <summary>Where each directory of the chain begins.</summary>
    /// <exception cref="UnreadableFileException">The chain leaves the file or runs in a circle.</exception>
    public static IReadOnlyList<int> Chain(ReadOnlySpan<byte> content)
    {
        var layout = LayoutOf(content);
        List<int> chain = [];
        HashSet<int> seen = [];
        for (var next = layout.Place(content[(layout.HeaderBytes / 2)..]); next != 0 && chain.Count < MostDirectories;)
        {
            var at = next <= int.MaxValue ? (int)next : throw new UnreadableFileException();
            if (at < layout.HeaderBytes || !seen.Add(at))
            {
                throw new UnreadableFileException();
            }

            chain.Add(at);
            next = layout.Place(content[EntriesOf(content, layout, at).End..]);
        }

        return chain.Count > 0 ? chain : throw new UnreadableFileException();
    }

    /// <param name="chain">Where the directories begin.</param>
    /// <exception cref="UnreadableFileException">A value is outside the file.</exception>
    public static IReadOnlyList<TiffDirectory> Read(byte[] content, IReadOnlyList<int> chain)
    {
        var layout = LayoutOf(content);
        return [.. chain.Select((at, number) => ReadOne(content, layout, number, at))];
    }

    private static TiffLayout LayoutOf(ReadOnlySpan<byte> content)
    {
        if (content.Length < 8)
        {
            throw new UnreadableFileException();
        }

        var layout = TiffLayout.Of(content);
        return content.Length < layout.HeaderBytes ? throw new UnreadableFileException() : layout;
    }

    private static TiffDirectory ReadOne(byte[] content, TiffLayout layout, int number, int at)
    {
        var (begin, end) = EntriesOf(content, layout, at);
        List<TiffEntry> entries = [];
        for (var place = begin; place < end; place += layout.EntryBytes)
        {
            var entry = content.AsSpan(place, layout.EntryBytes);
            var type = layout.Word(entry[2..]);
            var count = layout.Place(entry[4..]);
            var valueBytes = (ulong)TiffLayout.SizeOf(type) * Math.Min(count, int.MaxValue);
            var held = layout.IsBig ? 8 : 4;
            var isInEntry = valueBytes <= (ulong)held;
            var valueAt = isInEntry ? (ulong)(place + layout.EntryBytes - held) : layout.Place(entry[(layout.EntryBytes - held)..]);
            if (valueAt > (ulong)content.Length || valueBytes > (ulong)content.Length - valueAt)
            {
                throw new UnreadableFileException();
            }

            entries.Add(new TiffEntry(layout.Word(entry), type, valueBytes == 0 ? 0 : (int)count, (int)valueAt, isInEntry));
        }

        return new TiffDirectory(content, layout, number, at..(end + (layout.IsBig ? 8 : 4)), entries);
    }

    private static (int Begin, int End) EntriesOf(ReadOnlySpan<byte> content, TiffLayout layout, int at)
    {
        var placeBytes = layout.IsBig ? 8 : 4;
        var countBytes = layout.IsBig ? 8 : 2;
        if (at > content.Length - countBytes)
        {
            throw new UnreadableFileException();
        }

        var count = layout.IsBig ? layout.Place(content[at..]) : layout.Word(content[at..]);
        var begin = at + countBytes;
        return count is > 0 and <= MostEntries && begin + ((long)count * layout.EntryBytes) + placeBytes <= content.Length
            ? (begin, begin + ((int)count * layout.EntryBytes))
            : throw new UnreadableFileException();
    }
}
