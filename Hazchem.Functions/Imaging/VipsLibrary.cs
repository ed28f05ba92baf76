using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Makes libvips ready before it is first used. It is loaded when the first picture comes, not at the app's start.
/// </summary>
internal static class VipsLibrary
{
    private static readonly Lock Gate = new();
    private static bool _ready;

    /// <param name="threads">Threads a picture; the first call decides for the process.</param>
    public static void Prepare(int threads)
    {
        lock (Gate)
        {
            if (_ready)
            {
                return;
            }

            NativeHeap.KeepInOne();

            // Keeps SVG and the rarely tested loaders out: what is decoded here comes from strangers.
            NetVips.NetVips.BlockUntrusted = true;

            // No two documents share an operation, so a cache would only hold on to their memory.
            Cache.Max = 0;
            NetVips.NetVips.Concurrency = threads;

            // A damaged picture makes it write a line a tile to stderr, which the Functions host takes for errors.
            // What is wrong is in the exception, and the outcome says it.
            // GObject complains where a header has a number that no picture can have.
            NetVips.Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
            NetVips.Log.SetLogHandler("GLib-GObject", Enums.LogLevelFlags.Critical | Enums.LogLevelFlags.Warning, (_, _, _) => { });
            _ready = true;
        }
    }
}
