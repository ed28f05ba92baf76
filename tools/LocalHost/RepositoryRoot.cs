namespace Hazchem.LocalHost;

/// <summary>Where this project's sources are: the folder with the solution, upwards from the running program.</summary>
public static class RepositoryRoot
{
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hazchem.Functions.sln")))
            {
                return folder.FullName;
            }
        }

        throw new LocalHostException(
            $"There is no Hazchem.Functions.sln in any folder above {AppContext.BaseDirectory}; run this from the project's own build.");
    }
}
