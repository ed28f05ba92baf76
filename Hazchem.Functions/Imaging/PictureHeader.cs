namespace Hazchem.Functions.Imaging;

/// <summary>What a file says of its picture, or of its largest page, before anything is decoded.</summary>
/// <param name="Width">In pixels, as stored.</param>
/// <param name="Height">In pixels, as stored.</param>
/// <param name="BytesPerPixel">Once decoded.</param>
/// <param name="Pages">More than one for a TIFF of several pages; frames of an animation are not pages.</param>
internal sealed record PictureHeader(PictureFormat Format, int Width, int Height, int BytesPerPixel, int Pages)
{
    public long Pixels => (long)Width * Height;

    /// <summary>Of all pages.</summary>
    public long TotalPixels { get; init; } = (long)Width * Height;

    /// <summary>By how many points paperwork made of it is enlarged, of the page where these are most; 0 where none is.</summary>
    public long AddedPoints { get; init; }

    /// <summary>One page, decoded at its full size.</summary>
    public long DecodedBytes { get; init; } = (long)Width * Height * BytesPerPixel;
}
