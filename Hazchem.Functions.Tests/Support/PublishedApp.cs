using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost;

[assembly: AssemblyFixture(typeof(PublishedApp))]

namespace Hazchem.Functions.Tests.Support;

/// <summary>The app as it is deployed: published once for all tests, by the first one that asks. Take it as a constructor parameter.</summary>
public sealed class PublishedApp : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("hazchem-app-");
    private readonly Lazy<Task<string>> folder;

    public PublishedApp() => folder = new Lazy<Task<string>>(PublishAsync);

    public Task<string> FolderAsync(CancellationToken cancellationToken) => folder.Value.WaitAsync(cancellationToken);

    public void Dispose() => parent.Delete(recursive: true);

    private async Task<string> PublishAsync()
    {
        var app = Path.Combine(parent.FullName, "app");
        await AppPublisher.PublishAsync(app, Configuration, CancellationToken.None);
        return app;
    }
}
