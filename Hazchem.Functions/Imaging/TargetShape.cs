namespace Hazchem.Functions.Imaging;

/// <summary>What a picture or scan must become.</summary>
internal enum TargetShape
{
    /// <summary>One JPEG picture; a file of several pages is refused.</summary>
    OnePicture,

    /// <summary>A TIFF with all pages, for a reader: it may be turned straight.</summary>
    Paperwork,

    /// <summary>
    /// A JPEG from a picture format, a TIFF with all pages from a TIFF or PDF. It is evidence, and shown as it was.
    /// </summary>
    PictureOrPaperwork,
}
