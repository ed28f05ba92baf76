using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Hazchem.LocalHost.Azurite;

/// <summary>The Azurite that <c>tools/azurite</c> pins, installed there with npm on first use.</summary>
internal static class AzuriteInstallation
{
    public static async Task<string> EnsureAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), "tools", "azurite");
        if (IsInstalled(folder))
        {
            return folder;
        }

        using (await FileLock.AcquireAsync(Path.Combine(folder, ".install.lock"), cancellationToken))
        {
            if (!IsInstalled(folder))
            {
                progress("Installing Azurite (npm ci in tools/azurite); this happens once.");
                await InstallAsync(folder, cancellationToken);
            }
        }

        return folder;
    }

    // npm writes this hidden lock file last, so a tree cut short does not count.
    private static bool IsInstalled(string folder)
    {
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        return File.Exists(installed)
            && File.Exists(Path.Combine(folder, "node_modules", "azurite", "package.json"))
            && Version(installed) == Version(Path.Combine(folder, "package-lock.json"));
    }

    private static string? Version(string lockFile)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        return json.RootElement.GetProperty("packages").GetProperty("node_modules/azurite").GetProperty("version").GetString();
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        // npm is a script: on Windows only its command interpreter runs it.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/d", "/c", "npm", "ci", "--no-audit", "--no-fund"])
            : new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]);
        start.WorkingDirectory = folder;

        ProcessResult result;
        try
        {
            result = await ProcessResult.RunAsync(start, cancellationToken);
        }
        catch (Win32Exception e)
        {
            throw new LocalHostException("npm was not found. Azurite, the storage emulator, needs Node.js 20 or later: https://nodejs.org/", e);
        }

        if (result.ExitCode != 0)
        {
            throw new LocalHostException($"npm ci in {folder} failed:{Environment.NewLine}{result.Output}");
        }
    }
}
