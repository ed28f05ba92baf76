using Hazchem.Functions.Hosting;
using Hazchem.Functions.Inbound;
using Microsoft.Extensions.Configuration;

namespace Hazchem.Functions.Tests.Inbound;

public sealed class InboundSettingsTests
{
    [Fact]
    public void From_nothing_has_the_defaults() => Read().Should().Be(new InboundSettings());

    [Fact]
    public void From_settings_takes_them()
    {
        Read(("Inbound:Overlap", "00:20:00"), ("Inbound:InitialLookback", "30.00:00:00"), ("Inbound:PageSize", "500"))
            .Should().Be(new InboundSettings
            {
                Overlap = TimeSpan.FromMinutes(20),
                InitialLookback = TimeSpan.FromDays(30),
                PageSize = 500,
            });
    }

    [Theory]
    [InlineData("Overlap", "00:01:00")]
    [InlineData("Overlap", "15")]
    [InlineData("InitialLookback", "7 days")]
    [InlineData("PageSize", "0")]
    [InlineData("PageSize", "501")]
    [InlineData("Concurrency", "17")]
    [InlineData("RunFor", "00:05:00")]
    [InlineData("MaxContentBytes", "999999")]
    public void From_a_wrong_setting_names_it_and_says_what_is_right(string name, string value)
    {
        var reading = () => Read(($"Inbound:{name}", value));

        var thrown = reading.Should().Throw<SettingsException>().Which;
        thrown.SettingName.Should().Be($"Inbound__{name}");
        thrown.Message.Should().Contain(" from ").And.Contain("default").And.NotContain("\n");
    }

    private static InboundSettings Read(params (string Name, string Value)[] values) => InboundSettings.From(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create<string, string?>(v.Name, v.Value))).Build());
}
