using System.IO.Compression;
using Hazchem.Package;

namespace Hazchem.Functions.Tests.Package;

public sealed class FunctionPackageTests : IDisposable
{
    private const string Host = """{ "version": "2.0", "customHandler": { "description": { "defaultExecutablePath": "App" } } }""";
    private const string Blob = """{ "bindings": [{ "type": "blobTrigger", "source": "EventGrid", "name": "document" }] }""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hazchem-package-");

    private string App => Path.Combine(folder.FullName, "app");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Published_app_is_packed_keeps_its_layout_and_the_mode_of_what_runs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        PublishApp();
        var file = Path.Combine(folder.FullName, "app.zip");

        PackageRules.FaultsOf(App).Should().BeEmpty();
        FunctionPackage.Write(App, file);

        using var zip = ZipFile.OpenRead(file);
        zip.Entries.Select(entry => entry.FullName).Should().Equal("App", "SendDocument/function.json", "host.json");
        zip.Entries.Select(entry => Convert.ToString(entry.ExternalAttributes >> 16 & 0xffff, 8)).Should().Equal("100755", "100644", "100644");
        using var host = new StreamReader(zip.GetEntry("host.json")!.Open());
        host.ReadToEnd().Should().Be(Host);
    }

    [Fact]
    public void Same_app_is_packed_again_gives_the_same_bytes()
    {
        PublishApp();
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
    [InlineData("host.json", """{ "version": "2.0" }""", "host.json names no executable*")]
    [InlineData("App", null, "host.json names App, which is not there.")]
    [InlineData("App", "MZ", "App is no program for Linux*")]
    [InlineData("SendDocument/function.json", null, "There is no folder with a function.json*")]
    [InlineData("SendDocument/function.json", """{ "bindings": [] }""", "SendDocument/function.json has 0 triggers instead of one.")]
    [InlineData("SendDocument/function.json", """{ "bindings": [{ "type": "blobTrigger" }] }""", "SendDocument/function.json would poll*")]
    [InlineData("App.pdb", "", "App.pdb does not belong in a package.")]
    [InlineData("local.settings.json", "{}", "local.settings.json does not belong in a package.")]
    [InlineData("Hazchem.Functions.Tests.dll", "", "Hazchem.Functions.Tests.dll does not belong in a package.")]
    [InlineData("node_modules/a/index.js", "", "node_modules/a/index.js does not belong in a package.")]
    public void App_with_a_fault_is_refused_in_a_sentence(string name, string? content, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        PublishApp();
        var path = Path.Combine(App, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (content is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, content);
        }

        PackageRules.FaultsOf(App).Should().ContainSingle().Which.Should().Match(said);
    }

    [Fact]
    public void Isolated_worker_is_packed_with_its_extensions()
    {
        PublishWorker();
        var file = Path.Combine(folder.FullName, "worker.zip");

        PackageRules.FaultsOf(App).Should().BeEmpty();
        FunctionPackage.Write(App, file);

        using var zip = ZipFile.OpenRead(file);
        zip.Entries.Select(entry => entry.FullName).Should()
            .Equal(".azurefunctions/Extension.dll", "App.dll", "functions.metadata", "host.json", "worker.config.json");
    }

    [Theory]
    [InlineData("worker.config.json", null, "host.json names no executable*")]
    [InlineData("worker.config.json", "{", "worker.config.json is no JSON object.")]
    [InlineData("worker.config.json", """{ "description": { "language": "java", "defaultWorkerPath": "App.dll" } }""", "worker.config.json is not of dotnet-isolated.")]
    [InlineData("App.dll", null, "worker.config.json names App.dll, which is not there.")]
    [InlineData(".azurefunctions/Extension.dll", null, "There is no folder .azurefunctions*")]
    [InlineData("functions.metadata", null, "There is no functions.metadata.")]
    [InlineData("functions.metadata", "{}", "functions.metadata is no JSON array.")]
    [InlineData("functions.metadata", "[]", "functions.metadata has no function.")]
    [InlineData("functions.metadata", """[{ "name": "A", "bindings": [] }]""", "functions.metadata, A, has 0 triggers instead of one.")]
    [InlineData("functions.metadata", """[{ "name": "A", "bindings": [{ "type": "blobTrigger", "source": "LogsAndContainerScan" }] }]""", "functions.metadata, A, would poll*")]
    public void Isolated_worker_with_a_fault_is_refused_in_a_sentence(string name, string? content, string said)
    {
        PublishWorker();
        var path = Path.Combine(App, name);
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }
        else if (Path.GetDirectoryName(path) is { } parent && parent != App)
        {
            Directory.Delete(parent, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        PackageRules.FaultsOf(App).Should().ContainMatch(said);
    }

    [Fact]
    public void App_without_its_execute_bit_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        PublishApp();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(App, "App"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        PackageRules.FaultsOf(App).Should().Equal("App has no execute bit, so the host could not start it.");
    }

    [Fact]
    public void App_published_for_a_local_host_polls_and_is_refused()
    {
        PackageRules.FaultsOf(Path.Combine(AppContext.BaseDirectory, "app"))
            .Should().Contain("SendDocument/function.json would poll, which Flex Consumption does not do: publish with -p:BlobTriggerSource=EventGrid.");
    }

    [Fact]
    public void Package_of_any_size_is_held_to_the_largest()
    {
        PackageRules.FaultsOfSize(PackageRules.LargestPackage).Should().BeEmpty();
        PackageRules.FaultsOfSize(PackageRules.LargestPackage + 1).Should().ContainSingle();
    }

    private void PublishWorker()
    {
        Directory.CreateDirectory(Path.Combine(App, ".azurefunctions"));
        File.WriteAllText(Path.Combine(App, "host.json"), """{ "version": "2.0" }""");
        File.WriteAllText(Path.Combine(App, "worker.config.json"), """{ "description": { "language": "dotnet-isolated", "defaultWorkerPath": "App.dll" } }""");
        File.WriteAllText(Path.Combine(App, "functions.metadata"), $$"""[{ "name": "SendDocument", {{Blob[1..]}}]""");
        File.WriteAllBytes(Path.Combine(App, "App.dll"), []);
        File.WriteAllBytes(Path.Combine(App, ".azurefunctions", "Extension.dll"), []);
    }

    private void PublishApp()
    {
        Directory.CreateDirectory(Path.Combine(App, "SendDocument"));
        File.WriteAllText(Path.Combine(App, "host.json"), Host);
        File.WriteAllText(Path.Combine(App, "SendDocument", "function.json"), Blob);
        File.WriteAllBytes(Path.Combine(App, "App"), [0x7f, (byte)'E', (byte)'L', (byte)'F', 2]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(App, "App"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
