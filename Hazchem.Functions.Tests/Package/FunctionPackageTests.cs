using System.IO.Compression;
using Hazchem.Functions.Tests.Support;
using Hazchem.Package;

namespace Hazchem.Functions.Tests.Package;

public sealed class FunctionPackageTests : IDisposable
{
    private const string Host = """{ "version": "2.0" }""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-package-");

    private string App => Path.Combine(folder.FullName, "app");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Published_app_is_packed_keeps_its_layout_and_the_mode_of_what_runs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        Publish();
        var file = Path.Combine(folder.FullName, "app.zip");

        PackageRules.FaultsOf(App).Should().BeEmpty();
        FunctionPackage.Write(App, file);

        using var zip = ZipFile.OpenRead(file);
        zip.Entries.Select(entry => $"{entry.FullName} {Convert.ToString(entry.ExternalAttributes >> 16 & 0xffff, 8)}").Should().Equal(
            ".azurefunctions/Extension.dll 100644", "App 100755", "App.dll 100644", "functions.metadata 100644", "host.json 100644", "worker.config.json 100644");
        using var host = new StreamReader(zip.GetEntry("host.json")!.Open());
        host.ReadToEnd().Should().Be(Host);
    }

    [Fact]
    public void Same_app_is_packed_again_gives_the_same_bytes()
    {
        Publish();
        var first = Path.Combine(folder.FullName, "first.zip");
        var second = Path.Combine(folder.FullName, "second.zip");

        FunctionPackage.Write(App, first);
        File.SetLastWriteTimeUtc(Path.Combine(App, "host.json"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        FunctionPackage.Write(App, second);

        File.ReadAllBytes(second).Should().Equal(File.ReadAllBytes(first));
    }

    [Theory]
    [InlineData("host.json", null, "There is no host.json.")]
    [InlineData("host.json", "[]", "host.json is no JSON object.")]
    [InlineData("host.json", "{", "host.json is no JSON object.")]
    [InlineData("worker.config.json", null, "There is no worker.config.json.")]
    [InlineData("worker.config.json", "{", "worker.config.json is no JSON object.")]
    [InlineData("worker.config.json", """{ "description": { "language": "java", "defaultWorkerPath": "App.dll" } }""", "worker.config.json is not of dotnet-isolated.")]
    [InlineData("App.dll", null, "worker.config.json names App.dll, which is not there.")]
    [InlineData(".azurefunctions", null, "There is no folder .azurefunctions*")]
    [InlineData("functions.metadata", null, "There is no functions.metadata.")]
    [InlineData("functions.metadata", "{}", "functions.metadata is no JSON array.")]
    [InlineData("functions.metadata", "[]", "functions.metadata has no function.")]
    [InlineData("functions.metadata", """[{ "name": "A", "bindings": [] }]""", "functions.metadata, A, has 0 triggers instead of one.")]
    [InlineData("functions.metadata", """[{ "name": "A", "bindings": [{ "type": "blobTrigger", "source": "LogsAndContainerScan" }] }]""", "functions.metadata, A, would poll*")]
    [InlineData("App.pdb", "", "App.pdb does not belong in a package.")]
    [InlineData("local.settings.json", "{}", "local.settings.json does not belong in a package.")]
    [InlineData("Hazchem.Functions.Tests.dll", "", "Hazchem.Functions.Tests.dll does not belong in a package.")]
    [InlineData("node_modules/a/index.js", "", "node_modules/a/index.js does not belong in a package.")]
    public void App_with_a_fault_is_refused_in_a_sentence(string name, string? content, string said)
    {
        Publish();
        var path = Path.Combine(App, name);
        if (content is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
        else if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        PackageRules.FaultsOf(App).Should().ContainSingle().Which.Should().Match(said);
    }

    [Fact]
    public void App_published_for_a_local_host_polls_and_is_refused()
    {
        PackageRules.FaultsOf(AppProcess.Folder)
            .Should().Contain("functions.metadata, SendDocument, would poll, which Flex Consumption does not do: publish with -p:BlobTriggerSource=EventGrid.");
    }

    [Fact]
    public void Package_of_any_size_is_held_to_the_largest()
    {
        PackageRules.FaultsOfSize(PackageRules.LargestPackage).Should().BeEmpty();
        PackageRules.FaultsOfSize(PackageRules.LargestPackage + 1).Should().ContainSingle();
    }

    private void Publish()
    {
        Directory.CreateDirectory(Path.Combine(App, ".azurefunctions"));
        File.WriteAllText(Path.Combine(App, "host.json"), Host);
        File.WriteAllText(Path.Combine(App, "worker.config.json"), """{ "description": { "language": "dotnet-isolated", "defaultWorkerPath": "App.dll" } }""");
        File.WriteAllText(
            Path.Combine(App, "functions.metadata"),
            """[{ "name": "SendDocument", "bindings": [{ "type": "blobTrigger", "source": "EventGrid", "name": "document" }] }]""");
        File.WriteAllBytes(Path.Combine(App, "App.dll"), []);
        File.WriteAllBytes(Path.Combine(App, "App"), []);
        File.WriteAllBytes(Path.Combine(App, ".azurefunctions", "Extension.dll"), []);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(App, "App"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
