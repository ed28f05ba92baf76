using BitMiracle.LibTiff.Classic;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Takes what LibTiff says, and counts it for the file it is said of. Its own handler writes to stderr, which the
/// Functions host takes for errors.
/// </summary>
internal sealed class LibTiffMessages : TiffErrorHandler
{
    private static readonly LibTiffMessages Only = new();

    /// <summary>There is one handler a process; to set it again changes nothing.</summary>
    public static void Prepare() => Tiff.SetErrorHandler(Only);

    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args) =>
        Count(clientData);

    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args) =>
        Count(clientData);

    private static void Count(object clientData)
    {
        if (clientData is LibTiffSource source)
        {
            source.Complaints++;
        }
    }
}
