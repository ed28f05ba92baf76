using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Outbound;

/// <summary>The section <c>Outbound</c>, checked.</summary>
internal sealed record OutboundSettings
{
    public const string SectionName = "Outbound";

    /// <summary>How many documents one sweep sends side by side: 1 to 32; default 8.</summary>
    public int SweepConcurrency { get; init; } = 8;

    /// <summary>
    /// How long a sweep begins with another document: 1 second to 2 minutes; default 1 minute. One more call of up to
    /// <c>Hazchem__Budget</c> may follow, and all of it must end well before <c>functionTimeout</c>.
    /// </summary>
    public TimeSpan SweepStartsFor { get; init; } = TimeSpan.FromMinutes(1);

    public static OutboundSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return new OutboundSettings
        {
            SweepConcurrency = reader.Integer(nameof(SweepConcurrency), 8, 1, 32),
            SweepStartsFor = reader.Time(nameof(SweepStartsFor), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
        };
    }
}
