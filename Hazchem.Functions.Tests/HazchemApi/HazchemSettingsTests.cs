using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace Hazchem.Functions.Tests.HazchemApi;

public sealed class HazchemSettingsTests
{
    [Fact]
    public void From_only_what_is_required_has_the_defaults()
    {
        var settings = Read();

        settings.BaseUrl.Should().Be(new Uri("https://api.example.com/hazchem/"));
        settings.MaxBytes.Should().Be(new SizeLimits(500_000, 2_000_000, 1_000_000));
        settings.RequestsPerSecond.Should().Be(10);
        settings.Budget.Should().Be(TimeSpan.FromSeconds(150));
        settings.Depots.Should().ContainSingle().Which.Value.Should().BeOfType<DepotAccess.Usable>();
        settings.Problems.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Hazchem:BaseUrl", "http://api.example.com/", "Hazchem__BaseUrl")]
    [InlineData("Hazchem:BaseUrl", "https://user:pass@api.example.com/", "Hazchem__BaseUrl")]
    [InlineData("Hazchem:BaseUrl", "", "Hazchem__BaseUrl")]
    [InlineData("Hazchem:BaseUrl", "ftp://127.0.0.1/", "Hazchem__BaseUrl")]
    [InlineData("Hazchem:MaxBytes:DeliveryImage", "500KB", "Hazchem__MaxBytes__DeliveryImage")]
    [InlineData("Hazchem:MaxBytes:CustomerPaperwork", "0", "Hazchem__MaxBytes__CustomerPaperwork")]
    [InlineData("Hazchem:RequestsPerSecond", "0", "Hazchem__RequestsPerSecond")]
    [InlineData("Hazchem:RequestsPerSecond", "1,5", "Hazchem__RequestsPerSecond")]
    [InlineData("Hazchem:Budget", "150", "Hazchem__Budget")]
    [InlineData("Hazchem:Budget", "00:05:00", "Hazchem__Budget")]
    public void From_a_wrong_setting_names_it_in_one_line(string name, string value, string named)
    {
        var reading = () => Read((name, value));

        var thrown = reading.Should().Throw<SettingsException>().Which;
        thrown.SettingName.Should().Be(named);
        thrown.Message.Should().StartWith($"{named}: ").And.NotContain("\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("secret\n")]
    [InlineData("secr\u0000et")]
    [InlineData("schlüssel")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault.example.com/secrets/secret)")]
    public void From_a_bad_key_parks_that_depot_and_no_other(string key)
    {
        var settings = Read(("Hazchem:Depots:046:ApiKey", key));

        settings.Depots[Code("046")].Should().BeOfType<DepotAccess.Parked>()
            .Which.Reason.Should().StartWith("Hazchem__Depots__046__ApiKey ").And.NotContain("secr\u0000et").And.NotContain("vault.example.com");
        settings.Depots[Code("045")].Should().BeOfType<DepotAccess.Usable>();
    }

    [Fact]
    public void From_a_code_that_is_none_leaves_it_out_and_says_so()
    {
        var settings = Read(("Hazchem:Depots:45:ApiKey", "other"));

        settings.Depots.Keys.Should().Equal(Code("045"));
        settings.Problems.Should().ContainSingle().Which.Should().Contain("Hazchem__Depots__45");
    }

    [Fact]
    public void From_no_depot_stops_the_start()
    {
        var reading = () => HazchemSettings.From(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Hazchem:BaseUrl"] = "https://api.example.com" }).Build());

        reading.Should().Throw<SettingsException>().Which.SettingName.Should().Be("Hazchem__Depots");
    }

    [Fact]
    public void From_http_to_this_machine_is_let_pass()
    {
        Read(("Hazchem:BaseUrl", "http://127.0.0.1:7071")).BaseUrl.Should().Be(new Uri("http://127.0.0.1:7071/"));
    }

    [Fact]
    public void ToString_shows_no_key()
    {
        var settings = Read();

        $"{settings} {string.Join(' ', settings.Depots.Values)}".Should().NotContain("the-key");
    }

    private static DepotCode Code(string text) => DepotCode.TryParse(text, out var code, out var reason) ? code : throw new ArgumentException(reason);

    private static HazchemSettings Read(params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string?>
        {
            ["Hazchem:BaseUrl"] = "https://api.example.com/hazchem",
            ["Hazchem:Depots:045:ApiKey"] = "the-key",
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return HazchemSettings.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
