using Wasmtime;

namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>
/// PDFium, compiled to WebAssembly, ready to be instantiated. It is loaded when the first PDF comes, and then serves the
/// whole process.
/// </summary>
internal static class PdfiumModule
{
    private static readonly Engine Engine = new(PdfiumEngine.Settings());
    private static readonly Module Module = Load();
    private static readonly Linker Linker = NewLinker();

    /// <summary>Loads it, if it is not yet: where it must be compiled, that takes longer than many a file may.</summary>
    public static void Prepare() => GC.KeepAlive(Module);

    /// <summary>Makes whatever runs look whether it was cancelled.</summary>
    public static void Interrupt() => Engine.IncrementEpoch();

    public static Store NewStore(object data) => new(Engine, data);

    public static Instance Instantiate(Store store) => Linker.Instantiate(store, Module);

    /// <summary>
    /// What the build compiled takes milliseconds to load and is only ever read from the app's own folder. Where it is
    /// missing or made for another kind of machine, compiling takes seconds, once a process.
    /// </summary>
    private static Module Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "pdfium");
        var compiled = Path.Combine(folder, "pdfium.cwasm");
        if (File.Exists(compiled))
        {
            try
            {
                return Module.DeserializeFile(Engine, "pdfium", compiled);
            }
            catch (WasmtimeException)
            {
                // Wasmtime compares its version, its settings and the processor with those it was compiled for.
            }
        }

        return Module.FromFile(Engine, Path.Combine(folder, "pdfium.wasm"));
    }

    private static Linker NewLinker()
    {
        var linker = new Linker(Engine);
        PdfiumImports.Define(linker);
        return linker;
    }
}
