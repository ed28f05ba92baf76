using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hazchem.Functions.Tests.Support;

namespace Hazchem.Functions.Tests.LocalHost;

public sealed class LocalHostProgramTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("hazchem-local-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => data.Delete(recursive: true);

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task LocalHost_ended_by_a_signal_leaves_nothing_running(string signal)
    {
        using var host = LocalHostProcess.Start(["--data", data.FullName, "--app", AppProcess.Folder]);
        await host.UntilReadyAsync(Token);
        var children = await ProcessTree.ChildrenAsync(host.Id, Token);
        Assert.SkipWhen(signal == "INT" && ProcessTree.IgnoresInterrupt(host.Id), "SIGINT is ignored by whatever this run of the tests starts: run it in the foreground.");

        await host.SendAsync(signal, Token);
        var exitCode = await host.EndAsync(Token);

        children.Should().HaveCount(2, "Azurite and the app are its children");
        if (signal != "KILL" && !OperatingSystem.IsWindows())
        {
            exitCode.Should().Be(0);
        }

        while (children.Any(ProcessTree.IsRunning))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
        }
    }

    [Fact]
    public async Task LocalHost_with_storage_and_Hazchem_in_its_environment_starts_neither()
    {
        var own = await AzuriteFixture.TakeAccountAsync();
        using var host = LocalHostProcess.Start(
            ["--data", data.FullName, "--app", AppProcess.Folder],
            new Dictionary<string, string>
            {
                ["DocumentStorage"] = own.ConnectionString,
                ["AzureWebJobsStorage"] = own.ConnectionString,
                ["Hazchem__BaseUrl"] = "http://127.0.0.1:9/",
                ["Hazchem__Depots__045__ApiKey"] = "a-key-of-the-environment",
            });

        await host.UntilReadyAsync(Token);

        (await ProcessTree.ChildrenAsync(host.Id, Token)).Should().ContainSingle("only the app is its child");
        host.Output.Should().NotContain("simulator").And.NotContain("Azurite");
    }

    [Fact]
    public async Task LocalHost_with_documents_in_another_account_shows_no_addresses_of_Azurite()
    {
        var own = await AzuriteFixture.TakeAccountAsync();
        using var host = LocalHostProcess.Start(
            ["--data", data.FullName, "--app", AppProcess.Folder],
            new Dictionary<string, string> { ["DocumentStorage"] = own.ConnectionString });

        await host.UntilReadyAsync(Token);
        await host.SendAsync("TERM", Token);
        await host.EndAsync(Token);

        host.Output.Should().Contain("Starting Azurite").And.NotContain("drop files here").And.NotContain("connection string")
            .And.MatchRegex(@"Portal +http://127\.0\.0\.1:\d+/api/portal/\r?\n", "that is where people look");
    }

    [Fact]
    public async Task LocalHost_with_an_identity_connection_says_that_it_takes_connection_strings_and_ends()
    {
        using var host = LocalHostProcess.Start(
            ["--data", data.FullName, "--app", AppProcess.Folder],
            new Dictionary<string, string> { ["DocumentStorage__accountName"] = "ourdocuments" });
        var exitCode = await host.EndAsync(Token);

        exitCode.Should().Be(1);
        host.Output.Should().Contain("DocumentStorage__accountName is set").And.NotContain("Starting Azurite");
    }

    [Fact]
    public async Task LocalHost_with_a_wrong_setting_shows_the_apps_line_about_it_and_ends()
    {
        using var host = LocalHostProcess.Start(
            ["--data", data.FullName, "--app", AppProcess.Folder],
            new Dictionary<string, string> { ["Inbound__PageSize"] = "501" });
        var exitCode = await host.EndAsync(Token);

        exitCode.Should().Be(1);
        var lines = host.Output.Split('\n');
        lines.Should().ContainSingle(line => line.Contains("Inbound__PageSize:", StringComparison.Ordinal))
            .And.ContainSingle(line => line.Contains("Worker started", StringComparison.Ordinal), "it would end so every time");
    }

    [Fact]
    public async Task LocalHost_on_a_taken_port_says_so_in_one_line_and_ends()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var host = LocalHostProcess.Start(["--data", data.FullName, "--app", AppProcess.Folder, "--port", $"{port}"]);
        var exitCode = await host.EndAsync(Token);

        exitCode.Should().Be(1);
        host.Output.TrimEnd().Split('\n')[^1].Should().Be($"Port {port} is taken by another program; choose another one with --port.");
    }

    [Fact]
    public async Task LocalHost_on_data_in_use_says_so_and_ends()
    {
        using var first = LocalHostProcess.Start(["--data", data.FullName, "--app", AppProcess.Folder]);
        await first.UntilReadyAsync(Token);

        using var second = LocalHostProcess.Start(["--data", data.FullName, "--app", AppProcess.Folder]);
        var exitCode = await second.EndAsync(Token);

        exitCode.Should().Be(1);
        second.Output.Should().Contain("is in use by another local host");
    }

    [Fact]
    public async Task Demo_in_an_environment_for_another_installation_ends_with_every_document_as_expected()
    {
        using var demo = LocalHostProcess.Start(
            ["demo", "--json", "--app", AppProcess.Folder],
            new Dictionary<string, string>
            {
                ["DocumentStorage__accountName"] = "ourdocuments",
                ["Hazchem__Depots__047__ApiKey"] = "a-key-of-the-environment",
                ["Imaging__MaxPages"] = "none",
                ["TimeZone"] = "Nowhere/Nothing",
            });
        var exitCode = await demo.EndAsync(Token);

        exitCode.Should().Be(0, demo.Output + demo.Errors);
        using var report = JsonDocument.Parse(demo.Output);
        report.RootElement.GetProperty("asExpected").GetBoolean().Should().BeTrue();
        var documents = report.RootElement.GetProperty("documents").EnumerateArray().ToList();
        documents.Select(document => document.GetProperty("outcome").GetString()).GroupBy(outcome => outcome!)
            .ToDictionary(group => group.Key, group => group.Count())
            .Should().Equal(new Dictionary<string, int> { ["Sent"] = 11, ["Rejected"] = 4, ["Received"] = 5 });
    }
}
