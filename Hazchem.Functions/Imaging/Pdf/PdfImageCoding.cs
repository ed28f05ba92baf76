namespace Hazchem.Functions.Imaging.Pdf;

internal enum PdfImageCoding
{
    /// <summary>Grey or colour, or several codings one in another.</summary>
    Other,

    /// <summary>Black and white, coded otherwise than the next two.</summary>
    Bilevel,

    /// <summary>Black and white, as a fax is coded: CCITT.</summary>
    Fax,

    /// <summary>Black and white, coded as JBIG2.</summary>
    Jbig2,

    /// <summary>A JPEG of grey or of red, green and blue, as a file of its own would be.</summary>
    Jpeg,
}
