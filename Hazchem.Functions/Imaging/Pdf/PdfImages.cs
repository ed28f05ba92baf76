using System.Numerics;
using System.Text;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>Looks through a page for pictures, and whether there is anything else to see on it.</summary>
internal sealed class PdfImages(PdfiumSandbox sandbox, int page, int scratch)
{
    private const int Text = 1;
    private const int Image = 3;
    private const int Form = 5;

    /// <summary>What OCR puts over or under a scan, so that it can be searched.</summary>
    private const int Invisible = 3;

    private const int MostObjects = 20_000;
    private const int Deepest = 4;

    private const int NameBytes = 32;

    // Of C's struct FPDF_IMAGEOBJ_METADATA.
    private const int BitsPerPixelAt = 16;
    private const int ColourSpaceAt = 20;

    // The colour spaces whose numbers are grey, or red, green and blue: DeviceGray, DeviceRGB, CalGray, CalRGB, ICCBased.
    private static readonly int[] PlainColourSpaces = [1, 2, 4, 5, 7];

    private readonly List<PdfImage> _found = [];
    private int _seen;

    public IReadOnlyList<PdfImage> Found => _found;

    /// <returns>False where there is something else to see, or too much to look through.</returns>
    public bool Collect()
    {
        var count = sandbox.Call("FPDFPage_CountObjects", page);
        for (var i = 0; i < count; i++)
        {
            if (!Take(sandbox.Call("FPDFPage_GetObject", page, i), Matrix3x2.Identity, depth: 0))
            {
                return false;
            }
        }

        return true;
    }

    private bool Take(int item, Matrix3x2 parent, int depth)
    {
        if (++_seen > MostObjects)
        {
            return false;
        }

        switch (sandbox.Call("FPDFPageObj_GetType", item))
        {
            case Text:
                return sandbox.Call("FPDFTextObj_GetTextRenderMode", item) == Invisible;

            case Image:
                _found.Add(Describe(item, parent, depth));
                return true;

            case Form when depth < Deepest:
                var own = MatrixOf(item) * parent;
                var count = sandbox.Call("FPDFFormObj_CountObjects", item);
                for (var i = 0; i < count; i++)
                {
                    if (!Take(sandbox.Call("FPDFFormObj_GetObject", item, i), own, depth + 1))
                    {
                        return false;
                    }
                }

                return true;

            default:
                return false;
        }
    }

    private PdfImage Describe(int item, Matrix3x2 parent, int depth)
    {
        sandbox.Run("FPDFImageObj_GetImagePixelSize", item, scratch, scratch + sizeof(int));
        var width = sandbox.ReadInt32(scratch);
        var height = sandbox.ReadInt32(scratch + sizeof(int));

        // What is cut off or shines through within a form is the form's matter too, so such a picture is never plain.
        var plain = depth == 0
            && sandbox.Call("FPDFPageObj_HasTransparency", item) == 0
            && sandbox.Call("FPDFClipPath_CountPaths", sandbox.Call("FPDFPageObj_GetClipPath", item)) <= 0;
        return new PdfImage(item, width, height, CodingOf(item), plain, MatrixOf(item) * parent);
    }

    private PdfImageCoding CodingOf(int image)
    {
        var filters = sandbox.Call("FPDFImageObj_GetImageFilterCount", image);
        var coding = filters > 0 ? FilterOf(image, filters - 1) : "";
        switch (coding)
        {
            // Asking more of these would decode them.
            case "CCITTFaxDecode" or "CCF":
                return filters == 1 ? PdfImageCoding.Fax : PdfImageCoding.Bilevel;
            case "JBIG2Decode":
                return filters == 1 ? PdfImageCoding.Jbig2 : PdfImageCoding.Bilevel;
            case "JPXDecode":
                return PdfImageCoding.Other;
        }

        sandbox.Run("FPDFImageObj_GetImageMetadata", image, page, scratch);
        var bits = sandbox.ReadInt32(scratch + BitsPerPixelAt);
        var colours = sandbox.ReadInt32(scratch + ColourSpaceAt);
        return bits == 1 ? PdfImageCoding.Bilevel
            : coding is "DCTDecode" or "DCT" && filters == 1 && bits is 8 or 24 && PlainColourSpaces.Contains(colours) ? PdfImageCoding.Jpeg
            : PdfImageCoding.Other;
    }

    private string FilterOf(int image, int filter)
    {
        // The length has the zero at its end.
        var length = sandbox.Call("FPDFImageObj_GetImageFilter", image, filter, scratch, NameBytes);
        return length is > 0 and <= NameBytes ? Encoding.Latin1.GetString(sandbox.Bytes(scratch, length - 1)) : "";
    }

    private Matrix3x2 MatrixOf(int item)
    {
        sandbox.Run("FPDFPageObj_GetMatrix", item, scratch);
        return new Matrix3x2(At(0), At(1), At(2), At(3), At(4), At(5));

        float At(int index) => sandbox.ReadSingle(scratch + (index * sizeof(float)));
    }
}
