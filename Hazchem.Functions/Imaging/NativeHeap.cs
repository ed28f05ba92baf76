using System.Runtime.InteropServices;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// The C library's heap, which the picture libraries take their memory from. What is said here GNU's library heeds; others
/// have no such calls, and need none.
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>The number of <c>malloc.h</c>.</summary>
    private const int MostArenas = -8;

    private static bool IsGnus { get; set; } = OperatingSystem.IsLinux();

    /// <summary>
    /// Has threads that are new share what heaps there are. Each would have its own, and keep there what the decoding of a
    /// picture took: 6 to 22 MB more at the peak, and no less CPU.
    /// </summary>
    public static void KeepInOne() => Try(static () => SetOption(MostArenas, 1));

    /// <summary>Gives back to the system what is free.</summary>
    public static void Trim() => Try(static () => TrimAll(0));

    private static void Try(Func<int> call)
    {
        if (!IsGnus)
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            IsGnus = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAll(nuint keep);
}
