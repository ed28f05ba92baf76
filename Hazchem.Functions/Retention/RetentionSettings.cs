using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Retention;

/// <summary>The section <c>Retention</c>, checked.</summary>
internal sealed record RetentionSettings
{
    public const string SectionName = "Retention";

    /// <summary>
    /// How long the row of a document that has its end is kept after its last change, with what points at it: 30 to 3,650 days;
    /// default 365 days.
    /// </summary>
    public TimeSpan Documents { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long <c>Activity</c> is kept, 30 to 3,650 days; default 400 days. Never less than the rows, which it leads to.</summary>
    public TimeSpan Activity { get; init; } = TimeSpan.FromDays(400);

    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static RetentionSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return new RetentionSettings
        {
            Documents = reader.Time(nameof(Documents), TimeSpan.FromDays(365), TimeSpan.FromDays(30), TimeSpan.FromDays(3650)),
            Activity = reader.Time(nameof(Activity), TimeSpan.FromDays(400), TimeSpan.FromDays(30), TimeSpan.FromDays(3650)),
        };
    }
}
