using Wasmtime;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>
/// How Wasmtime compiles and runs PDFium. The build compiles with the same settings (<c>tools/PdfiumCompiler</c>), since
/// a compiled module fits no others.
/// </summary>
internal static class PdfiumEngine
{
    /// <summary>Running code looks now and then whether the epoch has changed, and then whether it was cancelled.</summary>
    public static Config Settings() => new Config().WithEpochInterruption(true);
}
