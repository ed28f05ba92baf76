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
            if (!Decodes(tiff, tiled, i, points) || source.Complaints > lost)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Decodes(Tiff tiff, bool tiled, int piece, byte[] points)
    {
        try
        {
            return (tiled ? tiff.ReadEncodedTile(piece, points, 0, points.Length) : tiff.ReadEncodedStrip(piece, points, 0, -1)) >= 0;
        }
        catch (IndexOutOfRangeException)
        {
            // Its decoder relies on this where the code says more than a row can hold.
            return false;
        }
    }
}
