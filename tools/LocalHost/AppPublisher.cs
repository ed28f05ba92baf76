using System.Collections;
using System.ComponentModel;
using System.Diagnostics;

namespace Hazchem.LocalHost;

/// <summary>Makes a folder that is a complete function app, out of the project's sources.</summary>
public static class AppPublisher
{
    private const string App = "Hazchem.Functions.dll";

    /// <summary>Not one of the app's own files: a build leaves alone what looks newer than what it would copy.</summary>
    private const string Mark = ".published";

    /// <param name="folder">Replaced if it is there and empty or an app published before; a folder with anything else is left alone.</param>
    /// <param name="configuration"><c>Debug</c> or <c>Release</c>.</param>
    /// <exception cref="LocalHostException">
    /// The folder has something else in it; or the app does not build, and the message is the compiler's errors.
    /// </exception>
    public static async Task PublishAsync(string folder, string configuration, CancellationToken cancellationToken)
    {
        var root = RepositoryRoot.Find();
        RemovePublishedBefore(folder);

        // First, so that a publication cut short is known as ours the next time.
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, Mark), [], cancellationToken);

        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", Path.Combine(root, "Hazchem.Functions"),
                "-o", folder,
                "-c", configuration,
                "-nologo", "-v", "quiet", "-clp:NoSummary",

                // Build servers would go on running after this program has ended.
                "-nodeReuse:false", "-p:UseSharedCompilation=false",
            ])
        {
            WorkingDirectory = root,
        };
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            // What an enclosing build left for its own children would mislead this one.
            if (((string)variable.Key).StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove((string)variable.Key);
            }
        }

        ProcessResult result;
        try
        {
            // Two builds at once in the same intermediate folder fail each other.
            using (await FileLock.AcquireAsync(Path.Combine(root, ".local", "publish.lock"), cancellationToken))
            {
                result = await ProcessResult.RunAsync(start, cancellationToken);
            }
        }
        catch (Win32Exception e)
        {
            throw new LocalHostException("dotnet was not found; the .NET 10 SDK must be in the PATH.", e);
        }

        if (result.ExitCode != 0)
        {
            var errors = result.Output.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct().ToList();
            throw new LocalHostException(
                $"The app does not build:{Environment.NewLine}{(errors.Count > 0 ? string.Join(Environment.NewLine, errors) : result.Output)}");
        }
    }

    private static void RemovePublishedBefore(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (!File.Exists(Path.Combine(folder, Mark)) && !File.Exists(Path.Combine(folder, App)) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new LocalHostException(
                $"The app is published into {folder}, but that folder has something else in it. Move or delete it, or choose another data folder with --data.");
        }

        Directory.Delete(folder, recursive: true);
    }
}
