using System.Runtime.InteropServices;

namespace Hazchem.PdfiumCompiler;

internal static partial class NativeMethods
{
    /// <returns>A pointer to an error, or 0.</returns>
    [LibraryImport("wasmtime", EntryPoint = "wasmtime_config_target_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SetTarget(SafeHandle config, string triple);
}
