namespace Hazchem.Functions.Imaging;

/// <summary>Looks at all of a TIFF, to see whether it may be sent as it came.</summary>
internal static class TiffTags
{
    /// <summary>Bytes. Pieces of a TIFF begin at even places, and some writers align them more coarsely.</summary>
    private const int LongestGap = 16;

    /// <summary>
    /// Whether every page is bilevel, coded as group 3 or 4, stored upright, and described by nothing but what is needed to
    /// show it. An unknown tag may hold a name or a place, and so may bytes that belong to nothing; the file is then
    /// written anew, without loss. So is BigTIFF, which not every viewer reads.
    /// </summary>
    public static bool IsPlainFax(byte[] content, int pages)
    {
        try
        {
            var chain = TiffDirectories.Chain(content);
            if (chain.Count != pages || TiffLayout.Of(content).IsBig)
            {
                return false;
            }

            var directories = TiffDirectories.Read(content, chain);
            return directories.All(IsPlainFaxPage) && AllBelongs(content.Length, directories);
        }
        catch (UnreadableFileException)
        {
            return false;
        }
    }

    /// <summary>
    /// The code of each page where that is all a file needs to be written anew: every page upright, of group 4 in its usual
    /// form, and in one strip.
    /// </summary>
    /// <returns>Null for any other file.</returns>
    public static IReadOnlyList<byte[]>? Group4Code(byte[] content)
    {
        try
        {
            TiffDirectory[] pages = [.. TiffDirectories.Read(content, TiffDirectories.Chain(content)).Where(page => !page.IsNoPage)];
            return pages.All(IsGroup4InOneStrip)
                ? [.. pages.Select(page => content.AsSpan((int)page.First(TiffDirectory.StripOffsets, 0), (int)page.First(TiffDirectory.StripByteCounts, 0)).ToArray())]
                : null;
        }
        catch (Exception e) when (e is UnreadableFileException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static bool IsGroup4InOneStrip(TiffDirectory page) =>
        IsUprightFax(page)
        && page.First(TiffDirectory.CompressionTag, 1) == 4
        && page.First(TiffDirectory.Photometric, 0) == 0
        && page.First(TiffDirectory.FillOrder, 1) == 1
        && page.First(TiffDirectory.Group4Options, 0) == 0
        && page.All(TiffDirectory.StripOffsets).Count() == 1
        && page.All(TiffDirectory.StripByteCounts).Count() == 1;

    private static bool IsPlainFaxPage(TiffDirectory page) => IsUprightFax(page) && page.Entries.All(entry => IsNeeded(entry.Tag));

    private static bool IsUprightFax(TiffDirectory page) =>
        page.First(TiffDirectory.CompressionTag, 1) is 3 or 4
        && page.First(TiffDirectory.BitsPerSample, 1) == 1
        && page.First(TiffDirectory.SamplesPerPixel, 1) == 1
        && page.First(TiffDirectory.Orientation, 1) == 1;

    /// <summary>Size, coding and place of the points, resolution, page number.</summary>
    private static bool IsNeeded(ushort tag) => tag
        is (>= 254 and <= 259) or 262 or 263 or 266 or 273 or 274 or (>= 277 and <= 284) or 292 or 293 or 296 or 297
        or (>= 326 and <= 328) or 338 or 339;

    private static bool AllBelongs(int length, IReadOnlyList<TiffDirectory> directories)
    {
        List<(long Begin, long End)> pieces = [(0, 8), (length, length)];
        foreach (var directory in directories)
        {
            pieces.Add((directory.Bytes.Start.Value, directory.Bytes.End.Value));
            pieces.AddRange(directory.Entries
                .Where(entry => !entry.IsInEntry)
                .Select(entry => ((long)entry.ValueAt, entry.ValueAt + ((long)entry.Count * TiffLayout.SizeOf(entry.Type)))));
            pieces.AddRange(directory.All(TiffDirectory.StripOffsets)
                .Zip(directory.All(TiffDirectory.StripByteCounts), (at, bytes) => ((long)at, (long)(at + bytes))));
        }

        var known = 0L;
        foreach (var (begin, end) in pieces.Order())
        {
            if (begin > known + LongestGap)
            {
                return false;
            }

            known = Math.Max(known, end);
        }

        return known <= length;
    }
}
