using System.Runtime.InteropServices;
using Hazchem.Benchmarks.Running;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>
/// No contender but the floor: one decoding and one coding of a JPEG at full size by libjpeg-turbo itself, without regard
/// to the limit. It needs the system's libturbojpeg, which Debian has as <c>libturbojpeg0</c>.
/// </summary>
internal sealed partial class TurboFloor : IContender
{
    /// <summary>At which the floors code.</summary>
    public const int Quality = 75;

    private const string Library = "libturbojpeg.so.0";
    private const int Rgb = 0;
    private const int RgbBytes = 3;
    private const int Subsampled420 = 2;
    private const int LastColourSpaceWithoutBlack = 2;

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    public unsafe Product Work(byte[] original, WorkOrder order)
    {
        var reader = StartDecompressing();
        var writer = StartCompressing();
        void* jpeg = null;
        try
        {
            if (ReadHeader(reader, original, new CULong((nuint)original.Length), out var width, out var height, out _, out var space) != 0
                || space > LastColourSpaceWithoutBlack)
            {
                return new Product(null, "It is no JPEG in colour or grey.");
            }

            var points = GC.AllocateUninitializedArray<byte>(width * height * RgbBytes);
            if (Decompress(reader, original, new CULong((nuint)original.Length), points, width, 0, height, Rgb, 0) != 0)
            {
                return new Product(null, "libjpeg-turbo cannot read it to its end.");
            }

            return Compress(writer, points, width, 0, height, Rgb, out jpeg, out var length, Subsampled420, Quality, 0) == 0
                ? new Product(new ReadOnlySpan<byte>(jpeg, (int)length.Value).ToArray())
                : throw new InvalidOperationException("libjpeg-turbo could not code a picture.");
        }
        finally
        {
            Free(jpeg);
            _ = End(reader);
            _ = End(writer);
        }
    }

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint StartDecompressing();

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint StartCompressing();

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadHeader(
        nint handle, ReadOnlySpan<byte> jpeg, CULong length, out int width, out int height, out int subsampling, out int space);

    [LibraryImport(Library, EntryPoint = "tjDecompress2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Decompress(
        nint handle, ReadOnlySpan<byte> jpeg, CULong length, Span<byte> points, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Library, EntryPoint = "tjCompress2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Compress(
        nint handle, ReadOnlySpan<byte> points, int width, int pitch, int height, int format, out void* jpeg, out CULong length, int subsampling, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjFree")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial void Free(void* jpeg);

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int End(nint handle);
}
