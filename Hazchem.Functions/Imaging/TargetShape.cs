namespace Hazchem.Functions.Imaging;

/// <summary>What a picture or scan must become.</summary>
internal enum TargetShape
{
    /// <summary>One JPEG picture; a file of several pages is refused.</summary>
    OnePicture,

    /// <summary>A TIFF with all pages.</summary>
    Paperwork,

    /// <summary>A JPEG from a picture format, a TIFF with all pages from a TIFF or PDF.</summary>
    PictureOrPaperwork,
}
