using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Hazchem.LocalHost;

namespace Hazchem.Benchmarks.Startup;

/// <summary>A variant as it was published; <see cref="Failure"/> says why it was not.</summary>
internal sealed partial record PublishedVariant(StartupVariant Variant, string Folder, string? Failure)
{
    /// <summary>Debug symbols, which no package takes along.</summary>
    private static readonly string[] Symbols = [".pdb", ".dbg"];

    /// <summary>In bytes, without symbols.</summary>
    public long FolderBytes { get; private init; }

    /// <summary>In bytes, of the folder without symbols, as a package holds it.</summary>
    public long ZipBytes { get; private init; }

    /// <summary>What trimming and native compilation warn of: code and member, without repeats.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    public string Executable => Path.Combine(Folder, OperatingSystem.IsWindows() ? "Hazchem.Functions.exe" : "Hazchem.Functions");

    /// <summary>
    /// Publishes a copy of the sources: one variant's intermediate files would mislead another, and what a variant needs
    /// to be restored is not in the lock files.
    /// </summary>
    public static async Task<PublishedVariant> PublishAsync(StartupVariant variant, string folder, CancellationToken cancellationToken)
    {
        var sources = Path.Combine(folder, "sources");
        var app = Path.Combine(folder, "app");
        CopySources(sources);
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", Path.Combine(sources, "Hazchem.Functions"), "-o", app, "-c", "Release", "-r", SystemRid(),
                "-nologo", "-v", "quiet", "-clp:NoSummary", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                // What is warned of is shown, and does not end it.
                "-p:TreatWarningsAsErrors=false",
                .. variant.Arguments,
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
        var published = new PublishedVariant(variant, app, null)
        {
            Warnings = [.. Warning().Matches(result.Output).Select(match => $"{match.Groups["code"].Value} {match.Groups["member"].Value}").Distinct().Order(StringComparer.Ordinal)],
        };
        Directory.Delete(sources, recursive: true);
        if (result.ExitCode != 0)
        {
            return published with
            {
                Failure = result.Output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? "dotnet publish failed.",
            };
        }

        return published with { FolderBytes = Files(app).Sum(file => file.Length), ZipBytes = Zip(app, Path.Combine(folder, "app.zip")) };
    }

    private static string SystemRid() =>
        OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsLinux() ? "linux-x64" : throw new BenchmarkException("The app is published for linux-x64 and win-x64 only.");

    private static void CopySources(string target)
    {
        var root = RepositoryRoot.Find();
        foreach (var folder in (string[])["Hazchem.Functions", Path.Combine("tools", "PdfiumCompiler"), Path.Combine("tools", "pdfium")])
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

    // ILC : AOT analysis warning IL3050: Wasmtime.ValueRaw.Converter<T>(): Using member …
    [GeneratedRegex(@"warning (?<code>IL\d{4}): (?<member>[^\s:(]+)")]
    private static partial Regex Warning();
}
