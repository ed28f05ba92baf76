namespace Hazchem.Functions.Imaging.Pdf;

internal enum PdfImageCoding
{
    /// <summary>Grey or colour, or several codings one in another.</summary>
    Other,

    /// <summary>Black and white, however coded.</summary>
    Bilevel,

    /// <summary>A JPEG of grey or of red, green and blue, as a file of its own would be.</summary>
    Jpeg,
}
