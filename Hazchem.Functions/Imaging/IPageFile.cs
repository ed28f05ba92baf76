using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// An opened file of one picture or of pages, whichever library reads it. Pages come as images of libvips, with what the
/// file says of them: resolution, orientation and colour profile.
/// </summary>
/// <remarks>
/// What is damaged or coded in an unknown way shows as <see cref="VipsException"/> when the points are read, or as
/// <see cref="UnreadableFileException"/> at once.
/// </remarks>
internal interface IPageFile : IDisposable
{
    PictureFormat Format { get; }

    /// <summary>What the file says before anything is decoded. Of several pages the largest counts.</summary>
    /// <param name="maxPages">A file of more pages is not looked through.</param>
    PictureHeader ReadHeader(int maxPages, CancellationToken cancellationToken);

    /// <summary>How large a page is on paper.</summary>
    /// <param name="page">From 0.</param>
    PageSize SizeOf(int page, CancellationToken cancellationToken)
    {
        using var opened = Open(page, cancellationToken);
        return PageSize.Of(opened, Format);
    }

    /// <summary>A page as it is stored, which is not upright yet. Its points may be read only when they are asked for.</summary>
    /// <param name="page">From 0.</param>
    Image Open(int page, CancellationToken cancellationToken, Enums.Access access = Enums.Access.Sequential);

    /// <summary>Finds damage of a page that reading its points would not show.</summary>
    /// <param name="page">From 0.</param>
    /// <exception cref="UnreadableFileException">The page is damaged.</exception>
    void Check(int page, CancellationToken cancellationToken)
    {
    }

    /// <summary>
    /// The first page, upright and no longer on either side than <paramref name="longSide"/> pixels, in sRGB or grey,
    /// 8 bits, flattened on white, in memory. Decoders that can do so decode no more than is needed.
    /// </summary>
    Image OpenShrunk(int longSide, CancellationToken cancellationToken);
}
