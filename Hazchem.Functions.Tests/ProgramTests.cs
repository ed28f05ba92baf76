using Hazchem.Functions.Tests.Support;

namespace Hazchem.Functions.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("Hazchem__BaseUrl", "http://example.com/")]
    [InlineData("Hazchem__RequestsPerSecond", "many")]
    [InlineData("TimeZone", "Europe/Atlantis")]
    [InlineData("Inbound__PageSize", "501")]
    [InlineData("Outbound__SweepConcurrency", "0")]
    [InlineData("DocumentStorage", "nonsense")]
    [InlineData("DocumentStorage", "AccountName=account;AccountKey=a-secret")]
    [InlineData("DocumentStorage", "")]
    [InlineData("DocumentStorage__accountName", "Not An Account", "")]
    [InlineData("DocumentStorage__blobServiceUri", "http://account.blob.core.windows.net", "")]
    [InlineData("DocumentStorage__credential", "workloadidentity", "", "account")]
    public async Task Start_wrong_setting_ends_with_one_line_that_names_it(
        string name, string value, string storage = "UseDevelopmentStorage=true", string accountName = "")
    {
        var (exitCode, errors) = await AppProcess.RunToEndAsync(new Dictionary<string, string>
        {
            ["Hazchem__BaseUrl"] = "https://hazchem.example/",
            ["Hazchem__Depots__045__ApiKey"] = "a-key",
            ["DocumentStorage"] = storage,
            ["DocumentStorage__accountName"] = accountName,
            [name] = value,
        });

        exitCode.Should().Be(1);
        errors.TrimEnd().Should().StartWith($"{name}:").And.NotContain("\n").And.NotContain("a-secret");
    }
}
