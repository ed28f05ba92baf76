using System.IO.Compression;

namespace Hazchem.Package;

/// <summary>A published folder as the zip that Azure Functions takes.</summary>
internal static class FunctionPackage
{
    /// <summary>On every entry, so that the same app is the same package to the byte.</summary>
    private static readonly DateTimeOffset Stamp = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="folder">The published app.</param>
    /// <param name="file">The package; replaced if it is there.</param>
    /// <remarks>A zip keeps a file's mode in the upper half of its external attributes.</remarks>
    public static void Write(string folder, string file)
    {
        using var stream = File.Create(file);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var name in NamesIn(folder))
        {
            var path = Path.Combine(folder, name);
            var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = Stamp;
            var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            if (IsExecutable(path))
            {
                mode |= UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            }

            entry.ExternalAttributes = (RegularFile | (int)mode) << 16;
            using var from = File.OpenRead(path);
            using var to = entry.Open();
            from.CopyTo(to);
        }
    }

    /// <returns>Every file's path within the folder, with slashes, in order.</returns>
    public static IReadOnlyList<string> NamesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsExecutable(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;

    /// <summary><c>S_IFREG</c>.</summary>
    private const int RegularFile = 0x8000;
}
