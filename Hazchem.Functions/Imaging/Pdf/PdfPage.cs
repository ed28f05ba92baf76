namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A page of a PDF, parsed.</summary>
internal sealed class PdfPage : IDisposable
{
    /// <summary>What the values take that PDFium writes to memory it is given.</summary>
    public const int ScratchBytes = 64;

    private const int GreyFormat = 1;
    private const int ColourFormat = 2;

    private const int DrawAnnotations = 0x01;
    private const int RedFirst = 0x10;
    private const int AsPrinted = 0x800;
    private const int ImagesUnsmoothed = 0x2000;

    private const int White = -1;
    private const int RowAlignment = 4;

    private readonly PdfiumSandbox _sandbox;
    private readonly int _form;
    private readonly int _scratch;
    private readonly int _page;

    /// <exception cref="UnreadableFileException">It cannot be read.</exception>
    public PdfPage(PdfiumSandbox sandbox, int document, int form, int scratch, int number)
    {
        _sandbox = sandbox;
        _form = form;
        _scratch = scratch;
        _sandbox.LackedMemory = false;
        _page = sandbox.Call("FPDF_LoadPage", document, number);
        if (_page == 0)
        {
            throw new UnreadableFileException();
        }

        sandbox.Run("FORM_OnAfterLoadPage", _page, form);
    }

    /// <summary>Quarters clockwise by which a viewer turns it.</summary>
    public int QuarterTurns => _sandbox.Call("FPDFPage_GetRotation", _page);

    /// <summary>The pictures that are all there is to see on it; null where it has anything else.</summary>
    public IReadOnlyList<PdfImage>? OnlyImages()
    {
        if (_sandbox.Call("FPDFPage_GetAnnotCount", _page) > 0)
        {
            return null;
        }

        var images = new PdfImages(_sandbox, _page, _scratch);
        return images.Collect() ? images.Found : null;
    }

    /// <summary>Whether the picture can be decoded; if not, it is left out where the page is drawn.</summary>
    public bool CanDecode(PdfImage image)
    {
        var bitmap = _sandbox.Call("FPDFImageObj_GetBitmap", image.Handle);
        if (bitmap == 0)
        {
            return false;
        }

        _sandbox.Run("FPDFBitmap_Destroy", bitmap);
        return true;
    }

    /// <summary>The points of a picture in black and white, a byte a point; null where it is not that.</summary>
    public byte[]? Decode(PdfImage image)
    {
        var bitmap = _sandbox.Call("FPDFImageObj_GetBitmap", image.Handle);
        if (bitmap == 0)
        {
            return null;
        }

        var isWhole = !_sandbox.LackedMemory
            && _sandbox.Call("FPDFBitmap_GetFormat", bitmap) == GreyFormat
            && _sandbox.Call("FPDFBitmap_GetWidth", bitmap) == image.Width
            && _sandbox.Call("FPDFBitmap_GetHeight", bitmap) == image.Height;
        var decoded = isWhole
            ? CopyRows(_sandbox.Call("FPDFBitmap_GetBuffer", bitmap), _sandbox.Call("FPDFBitmap_GetStride", bitmap), image.Width, image.Height)
            : null;
        _sandbox.Run("FPDFBitmap_Destroy", bitmap);
        return decoded;
    }

    /// <summary>The picture's own bytes, as they are in the file.</summary>
    public byte[] CodedBytes(PdfImage image)
    {
        var length = _sandbox.Call("FPDFImageObj_GetImageDataRaw", image.Handle, 0, 0);
        var buffer = _sandbox.Allocate(length);
        _sandbox.Run("FPDFImageObj_GetImageDataRaw", image.Handle, buffer, length);
        var coded = _sandbox.Bytes(buffer, length).ToArray();
        _sandbox.Free(buffer);
        return coded;
    }

    /// <summary>Whether the picture is all of the page, but for a hundredth at each side.</summary>
    public bool IsCoveredBy(PdfImage image)
    {
        // C's struct FS_RECTF.
        if (_sandbox.Call("FPDF_GetPageBoundingBox", _page, _scratch) == 0)
        {
            return false;
        }

        var left = _sandbox.ReadSingle(_scratch);
        var top = _sandbox.ReadSingle(_scratch + 4);
        var right = _sandbox.ReadSingle(_scratch + 8);
        var bottom = _sandbox.ReadSingle(_scratch + 12);
        var place = image.Placement;
        return IsNear(place.M31, left, right - left)
            && IsNear(place.M31 + place.M11, right, right - left)
            && IsNear(place.M32, bottom, top - bottom)
            && IsNear(place.M32 + place.M22, top, top - bottom);

        static bool IsNear(double edge, double pageEdge, double side) => Math.Abs(edge - pageEdge) <= side / 100;
    }

    /// <summary>Draws it as it is printed, with its annotations and the fields of forms, on white.</summary>
    /// <exception cref="UnreadableFileException">It cannot be drawn, or not in the memory there is.</exception>
    public byte[] Draw(int width, int height, int bands, bool smooth)
    {
        var stride = ((width * bands) + RowAlignment - 1) / RowAlignment * RowAlignment;
        var points = _sandbox.Allocate(checked(stride * height));
        var bitmap = _sandbox.Call("FPDFBitmap_CreateEx", width, height, bands == 1 ? GreyFormat : ColourFormat, points, stride);
        if (bitmap == 0)
        {
            throw new UnreadableFileException();
        }

        // In grey there is no order to reverse, and PDFium would draw nothing.
        var flags = AsPrinted | (bands == 1 ? 0 : RedFirst) | (smooth ? 0 : ImagesUnsmoothed);
        _sandbox.Run("FPDFBitmap_FillRect", bitmap, 0, 0, width, height, White);
        _sandbox.Run("FPDF_RenderPageBitmap", bitmap, _page, 0, 0, width, height, 0, flags | DrawAnnotations);
        _sandbox.Run("FPDF_FFLDraw", _form, bitmap, _page, 0, 0, width, height, 0, flags);
        if (_sandbox.LackedMemory)
        {
            // It leaves out what it has no memory for, and nobody would know.
            throw new UnreadableFileException(PdfReasons.Memory);
        }

        var drawn = CopyRows(points, stride, width * bands, height);
        _sandbox.Run("FPDFBitmap_Destroy", bitmap);
        _sandbox.Free(points);
        return drawn;
    }

    public void Dispose()
    {
        try
        {
            _sandbox.Run("FORM_OnBeforeClosePage", _page, _form);
            _sandbox.Run("FPDF_ClosePage", _page);
        }
        catch (Exception e) when (e is UnreadableFileException or OperationCanceledException)
        {
            // What was thrown first is what happened; the sandbox goes as a whole.
        }
    }

    private byte[] CopyRows(int address, int stride, int rowBytes, int rows)
    {
        var copy = new byte[rowBytes * rows];
        for (var row = 0; row < rows; row++)
        {
            _sandbox.Bytes(address + (row * stride), rowBytes).CopyTo(copy.AsSpan(row * rowBytes));
        }

        return copy;
    }
}
