using BitMiracle.LibTiff.Classic;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Says whether a page's fax code is whole. The library that reads its points goes on behind damaged code with blank rows
/// and no error, and a page that lacks its lower part would travel.
/// </summary>
internal static class FaxCode
{
    /// <summary>
    /// A fax of group 3 came by telephone and may have lost a row here and there, without harm to the next: one in so many
    /// is no damage. In group 4 each row needs the one above.
    /// </summary>
    private const int RowsALostOne = 100;

    static FaxCode() => LibTiffMessages.Prepare();

    /// <param name="content">A TIFF.</param>
    /// <param name="directory">The page's place in the file's chain, from 0.</param>
    /// <returns>False where the code is damaged, or does not last for the page.</returns>
    public static bool IsWhole(byte[] content, int directory, CancellationToken cancellationToken)
    {
        try
        {
            return Decodes(content, directory, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // LibTiff trusts what a file says, and throws whatever comes of it: a number too large for its type, a row too long.
            return false;
        }
    }

    private static bool Decodes(byte[] content, int directory, CancellationToken cancellationToken)
    {
        using var source = new LibTiffSource(content);
        using var tiff = Tiff.ClientOpen("page", "r", source, new TiffStream());
        if (tiff is null || !tiff.SetDirectory((short)directory))
        {
            return false;
        }

        var tiled = tiff.IsTiled();
        var pieces = tiled ? tiff.NumberOfTiles() : tiff.NumberOfStrips();
        var points = new byte[tiled ? tiff.TileSize() : tiff.StripSize()];
        var rows = tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt();
        var lost = (Compression)tiff.GetField(TiffTag.COMPRESSION)[0].ToInt() == Compression.CCITTFAX4 ? 0 : rows / RowsALostOne;
        source.Complaints = 0;
        for (var i = 0; i < pieces; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = tiled ? tiff.ReadEncodedTile(i, points, 0, points.Length) : tiff.ReadEncodedStrip(i, points, 0, -1);
            if (length < 0 || source.Complaints > lost)
            {
                return false;
            }
        }

        return true;
    }
}
