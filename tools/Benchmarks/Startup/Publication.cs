using System.Diagnostics;
using System.IO.Compression;
using Hazchem.LocalHost;

namespace Hazchem.Benchmarks.Startup;

/// <summary>A way to publish a project.</summary>
/// <param name="project">Its folder in the repository.</param>
/// <param name="arguments">Of <c>dotnet publish</c>; they hold whatever the project says.</param>
internal sealed class Publication(string project, params string[] arguments)
{
    public const string App = "Hazchem.Functions";

    /// <summary>An isolated worker as the template makes it, with a timer and nothing else.</summary>
    public const string Template = "tools/Benchmarks/Startup/Template";

    /// <summary>Debug symbols, which no package takes along.</summary>
    private static readonly string[] Symbols = [".pdb", ".dbg"];

    public string Folder { get; private set; } = "";

    /// <summary>Why it could not be published; null if it was.</summary>
    public string? Failure { get; private set; }

    public bool SendsDocuments => project == App;

    /// <summary>In bytes, without symbols.</summary>
    public long FolderBytes { get; private set; }

    /// <summary>In bytes, of the folder without symbols, as a package holds it.</summary>
    public long ZipBytes { get; private set; }

    /// <summary>
    /// Publishes a copy of the sources: one publication's intermediate files would mislead another, and what it needs to be
    /// restored is not in the lock files.
    /// </summary>
    public async Task PublishAsync(string folder, CancellationToken cancellationToken)
    {
        var sources = Path.Combine(folder, "sources");
        Folder = Path.Combine(folder, "app");
        CopySources(sources);
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", Path.Combine(sources, project), "-o", Folder, "-c", "Release", "-r", SystemRid(),
                "-nologo", "-v", "quiet", "-clp:NoSummary", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                "-p:TreatWarningsAsErrors=false",
                .. arguments,
            ])
        {
            WorkingDirectory = sources,
        };
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment.Remove("CI");
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        var result = await ProcessResult.RunAsync(start, cancellationToken);
        Directory.Delete(sources, recursive: true);
        if (result.ExitCode != 0)
        {
            Failure = result.Output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? "dotnet publish failed.";
            return;
        }

        FolderBytes = Files(Folder).Sum(file => file.Length);
        ZipBytes = Zip(Folder, Path.Combine(folder, "app.zip"));
    }

    private static string SystemRid() =>
        OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsLinux() ? "linux-x64" : throw new BenchmarkException("The app is published for linux-x64 and win-x64 only.");

    private static void CopySources(string target)
    {
        var root = RepositoryRoot.Find();
        foreach (var folder in (string[])[App, Template, "tools/PdfiumCompiler", "tools/pdfium"])
        {
            Copy(Path.Combine(root, folder), Path.Combine(target, folder));
        }

        foreach (var file in Directory.EnumerateFiles(root).Where(file => Path.GetExtension(file) is ".props" or ".targets" or ".json" or ".txt" or ".editorconfig"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) != "packages.lock.json"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj" or "node_modules")))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static IEnumerable<FileInfo> Files(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => !Symbols.Contains(file.Extension));

    private static long Zip(string folder, string path)
    {
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var file in Files(folder))
            {
                zip.CreateEntryFromFile(file.FullName, Path.GetRelativePath(folder, file.FullName), CompressionLevel.Optimal);
            }
        }

        return new FileInfo(path).Length;
    }
}
