using System.Reflection;
using System.Runtime.InteropServices;
using Hazchem.Functions.Imaging.Pdf;
using Wasmtime;

namespace Hazchem.PdfiumCompiler;

/// <summary>Compiles a module for any processor of this machine's kind, so that the app need not when its first PDF comes.</summary>
internal static class ModuleCompiler
{
    /// <returns>How many bytes were written.</returns>
    public static int Compile(string source, string destination)
    {
        using var settings = PdfiumEngine.Settings();
        SetTarget(settings);
        using var engine = new Engine(settings);
        using var module = Wasmtime.Module.FromFile(engine, source);
        var compiled = module.Serialize();

        // Never half a file under its name.
        var unfinished = destination + ".new";
        File.WriteAllBytes(unfinished, compiled);
        File.Move(unfinished, destination, overwrite: true);
        return compiled.Length;
    }

    /// <summary>
    /// With a target named, Wasmtime keeps to what each processor of that kind has; without one it uses all that this
    /// machine has, and another would refuse to load it. Drawing was measured to be no slower.
    /// </summary>
    private static void SetTarget(Config settings)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        var system = OperatingSystem.IsWindows() ? "pc-windows-msvc" : OperatingSystem.IsMacOS() ? "apple-darwin" : "unknown-linux-gnu";

        // Wasmtime's C interface has this setting, and the package for .NET leaves it out.
        var handle = (SafeHandle?)typeof(Config).GetProperty("NativeHandle", BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(settings)
            ?? throw new MissingMemberException(nameof(Config), "NativeHandle");
        if (NativeMethods.SetTarget(handle, $"{architecture}-{system}") != 0)
        {
            throw new InvalidOperationException($"Wasmtime cannot compile for {architecture}-{system}.");
        }
    }
}
