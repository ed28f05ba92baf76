namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>A PDF opened by PDFium in its sandbox.</summary>
internal sealed class PdfDocument : IDisposable
{
    private const int PasswordError = 4;
    private const int SecurityError = 5;

    private const int DynamicForm = 2;

    private const double PointsAnInch = 72;

    /// <summary>More than C's struct FPDF_FORMFILLINFO has: its version, and pointers to callbacks, none of them given.</summary>
    private const int FormFillInfoBytes = 256;

    private readonly PdfiumSandbox _sandbox;
    private readonly int _document;
    private readonly int _form;
    private readonly int _scratch;

    /// <param name="maxMemory">What PDFium may take, the file in it, in bytes.</param>
    /// <exception cref="UnreadableFileException">It cannot be read, or only with a password.</exception>
    public PdfDocument(byte[] content, long maxMemory, CancellationToken cancellationToken)
    {
        _sandbox = new PdfiumSandbox(maxMemory);
        try
        {
            using var running = _sandbox.CancelWith(cancellationToken);
            _sandbox.Run("FPDF_InitLibrary");
            var file = _sandbox.Allocate(content.Length);
            content.CopyTo(_sandbox.Bytes(file, content.Length));
            _scratch = _sandbox.Allocate(PdfPage.ScratchBytes);
            _document = _sandbox.Call("FPDF_LoadMemDocument", file, content.Length, 0);
            if (_document == 0)
            {
                throw new UnreadableFileException(ReasonNotToOpen(_sandbox.Call("FPDF_GetLastError")));
            }

            if (_sandbox.Call("FPDF_DocumentHasValidCrossReferenceTable", _document) == 0 && !PdfBytes.HasEnd(content))
            {
                // PDFium takes what pages it finds, and nobody would know of the others.
                throw new UnreadableFileException(PdfReasons.Cut);
            }

            if (_sandbox.Call("FPDF_GetFormType", _document) == DynamicForm)
            {
                throw new UnreadableFileException(PdfReasons.DynamicForm);
            }

            PageCount = _sandbox.Call("FPDF_GetPageCount", _document);
            if (PageCount <= 0)
            {
                throw new UnreadableFileException(PdfReasons.NoPages);
            }

            // PDFium keeps the struct, so it is never freed.
            var form = _sandbox.Allocate(FormFillInfoBytes);
            _sandbox.Bytes(form, FormFillInfoBytes).Clear();
            _sandbox.WriteInt32(form, 1);
            _form = _sandbox.Call("FPDFDOC_InitFormFillEnvironment", _document, form);
        }
        catch
        {
            _sandbox.Dispose();
            throw;
        }
    }

    public int PageCount { get; }

    public IDisposable CancelWith(CancellationToken cancellationToken) => _sandbox.CancelWith(cancellationToken);

    /// <summary>Turned as the page says; without reading what is on it.</summary>
    /// <exception cref="UnreadableFileException">There is no such page.</exception>
    public PdfPageSize SizeOf(int page) => _sandbox.Call("FPDF_GetPageSizeByIndexF", _document, page, _scratch) != 0
        ? new PdfPageSize(_sandbox.ReadSingle(_scratch) / PointsAnInch, _sandbox.ReadSingle(_scratch + 4) / PointsAnInch)
        : throw new UnreadableFileException(PdfReasons.Damaged);

    /// <exception cref="UnreadableFileException">It cannot be read.</exception>
    public PdfPage Open(int page) => new(_sandbox, _document, _form, _scratch, page);

    public void Dispose() => _sandbox.Dispose();

    private static string ReasonNotToOpen(int error) => error switch
    {
        PasswordError => PdfReasons.Password,
        SecurityError => PdfReasons.Security,
        _ => PdfReasons.Damaged,
    };
}
