using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Hazchem.LocalHost;

/// <summary>A folder with a <c>package.json</c> whose lock file pins what is installed there with npm on first use.</summary>
public static class NpmInstallation
{
    /// <param name="folder">The folder's name in <c>tools</c>.</param>
    /// <param name="package">The package that must be there, in the version of the lock file.</param>
    /// <param name="what">What the package is, for messages: "Azurite, the storage emulator".</param>
    /// <returns>The folder's path.</returns>
    /// <exception cref="LocalHostException">npm is absent or failed.</exception>
    public static async Task<string> EnsureAsync(
        string folder,
        string package,
        string what,
        Action<string> progress,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(RepositoryRoot.Find(), "tools", folder);
        if (IsInstalled(path, package))
        {
            return path;
        }

        using (await FileLock.AcquireAsync(Path.Combine(path, ".install.lock"), cancellationToken))
        {
            if (!IsInstalled(path, package))
            {
                progress($"Installing {what} (npm ci in tools/{folder}); this happens once.");
                await InstallAsync(path, what, cancellationToken);
            }
        }

        return path;
    }

    // npm writes this hidden lock file last, so a tree cut short does not count.
    private static bool IsInstalled(string path, string package)
    {
        var installed = Path.Combine(path, "node_modules", ".package-lock.json");
        return File.Exists(installed)
            && File.Exists(Path.Combine(path, "node_modules", package, "package.json"))
            && Version(installed, package) == Version(Path.Combine(path, "package-lock.json"), package);
    }

    private static string? Version(string lockFile, string package)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        return json.RootElement.GetProperty("packages").GetProperty($"node_modules/{package}").GetProperty("version").GetString();
    }

    private static async Task InstallAsync(string path, string what, CancellationToken cancellationToken)
    {
        // npm is a script: on Windows only its command interpreter runs it.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/d", "/c", "npm", "ci", "--no-audit", "--no-fund"])
            : new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]);
        start.WorkingDirectory = path;

        ProcessResult result;
        try
        {
            result = await ProcessResult.RunAsync(start, cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new LocalHostException($"npm was not found. {what}, needs Node.js 20 or later: https://nodejs.org/", e);
        }

        if (result.ExitCode != 0)
        {
            throw new LocalHostException($"npm ci in {path} failed:{Environment.NewLine}{result.Output}");
        }
    }
}
