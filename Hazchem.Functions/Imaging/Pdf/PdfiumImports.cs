using Wasmtime;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>
/// What PDFium may ask of the world outside its sandbox: memory, and a way out of nested calls. There are no files, no
/// environment and no clock, so nothing can be left behind, and the same document is drawn the same every time.
/// </summary>
internal static class PdfiumImports
{
    private const string Environment = "env";
    private const string Wasi = "wasi_snapshot_preview1";

    /// <summary>Emscripten's system calls give errors as negative numbers; this is ENOENT.</summary>
    private const int NoSuchFile = -44;

    /// <summary>WASI's calls give them as positive ones; this is EBADF.</summary>
    private const int BadDescriptor = 8;

    private const int Success = 0;

    public static void Define(Linker linker)
    {
        DefineJumps(linker);
        DefineFiles(linker);
        DefineClock(linker);
        linker.DefineFunction(Environment, "emscripten_resize_heap", static (Caller caller, int size) => Of(caller).Grow((uint)size) ? 1 : 0);
        linker.DefineFunction(Environment, "_abort_js", static () => throw new InvalidOperationException("PDFium gave up."));
        linker.DefineFunction(Wasi, "environ_sizes_get", static (Caller caller, int count, int bytes) =>
        {
            Of(caller).WriteInt32(count, 0);
            Of(caller).WriteInt32(bytes, 0);
            return Success;
        });
        linker.DefineFunction(Wasi, "environ_get", static (int names, int buffer) => Success);
    }

    /// <summary>
    /// Emscripten's way of setjmp: what may jump is called through the host, by its index in the table of functions, and
    /// a jump is an exception of the host.
    /// </summary>
    private static void DefineJumps(Linker linker)
    {
        linker.DefineFunction(Environment, "_emscripten_throw_longjmp", static () => throw new LongJumpException());
        linker.DefineFunction(Environment, "invoke_ii", static (Caller caller, int index, int a) =>
            Of(caller).CatchJump(sandbox => sandbox.At<Func<int, int>>(index, f => f.WrapFunc<int, int>())(a)));
        linker.DefineFunction(Environment, "invoke_iii", static (Caller caller, int index, int a, int b) =>
            Of(caller).CatchJump(sandbox => sandbox.At<Func<int, int, int>>(index, f => f.WrapFunc<int, int, int>())(a, b)));
        linker.DefineFunction(Environment, "invoke_iiii", static (Caller caller, int index, int a, int b, int c) =>
            Of(caller).CatchJump(sandbox => sandbox.At<Func<int, int, int, int>>(index, f => f.WrapFunc<int, int, int, int>())(a, b, c)));
        linker.DefineFunction(Environment, "invoke_iiiii", static (Caller caller, int index, int a, int b, int c, int d) =>
            Of(caller).CatchJump(sandbox => sandbox.At<Func<int, int, int, int, int>>(index, f => f.WrapFunc<int, int, int, int, int>())(a, b, c, d)));
        linker.DefineFunction(Environment, "invoke_viii", static (Caller caller, int index, int a, int b, int c) =>
        {
            Of(caller).CatchJump(sandbox =>
            {
                sandbox.At<Action<int, int, int>>(index, f => f.WrapAction<int, int, int>())(a, b, c);
                return 0;
            });
        });
    }

    private static void DefineFiles(Linker linker)
    {
        linker.DefineFunction(Environment, "__syscall_openat", static (int folder, int path, int flags, int more) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_fcntl64", static (int file, int command, int more) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_ioctl", static (int file, int request, int more) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_fstat64", static (int file, int buffer) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_stat64", static (int path, int buffer) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_lstat64", static (int path, int buffer) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_newfstatat", static (int folder, int path, int buffer, int flags) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_ftruncate64", static (int file, long length) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_getdents64", static (int file, int buffer, int count) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_unlinkat", static (int folder, int path, int flags) => NoSuchFile);
        linker.DefineFunction(Environment, "__syscall_rmdir", static (int path) => NoSuchFile);
        linker.DefineFunction(Wasi, "fd_close", static (int file) => BadDescriptor);
        linker.DefineFunction(Wasi, "fd_read", static (int file, int vectors, int count, int read) => BadDescriptor);
        linker.DefineFunction(Wasi, "fd_write", static (int file, int vectors, int count, int written) => BadDescriptor);
        linker.DefineFunction(Wasi, "fd_seek", static (int file, long offset, int whence, int position) => BadDescriptor);
        linker.DefineFunction(Wasi, "fd_sync", static (int file) => BadDescriptor);
    }

    /// <summary>It is always the first second of 1970, in UTC.</summary>
    private static void DefineClock(Linker linker)
    {
        linker.DefineFunction(Environment, "emscripten_date_now", static () => 0.0);
        linker.DefineFunction(Environment, "_gmtime_js", static (Caller caller, long time, int fields) => WriteTime(Of(caller), fields));
        linker.DefineFunction(Environment, "_localtime_js", static (Caller caller, long time, int fields) => WriteTime(Of(caller), fields));
        linker.DefineFunction(Environment, "_tzset_js", static (Caller caller, int offset, int summer, int name, int summerName) =>
        {
            Of(caller).WriteInt32(offset, 0);
            Of(caller).WriteInt32(summer, 0);
            Of(caller).WriteInt32(name, 0);
            Of(caller).WriteInt32(summerName, 0);
        });
    }

    private static void WriteTime(PdfiumSandbox sandbox, int fields)
    {
        // C's struct tm: second, minute, hour, day, month, year, day of the week, day of the year, summer time, offset.
        ReadOnlySpan<int> time = [0, 0, 0, 1, 0, 70, 4, 0, 0, 0];
        for (var i = 0; i < time.Length; i++)
        {
            sandbox.WriteInt32(fields + (4 * i), time[i]);
        }
    }

    private static PdfiumSandbox Of(Caller caller) => (PdfiumSandbox)caller.GetData()!;
}
