using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Inbound;

/// <summary>The section <c>Inbound</c>, checked.</summary>
internal sealed record InboundSettings
{
    public const string SectionName = "Inbound";

    /// <summary>
    /// How far behind its cursor a listing begins, 5 minutes to 1 day; default 15 minutes. Hazchem may list a document up to
    /// 5 minutes after the time that it is stamped with.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How far back a depot's first run looks, 1 hour to 90 days; default 7 days.</summary>
    public TimeSpan InitialLookback { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Documents a page of the listing, 1 to 500; default 200.</summary>
    public int PageSize { get; init; } = 200;

    /// <summary>Documents fetched at once for one depot, 1 to 16; default 4. Each may take 16 MiB of memory: what came, and what is stored.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>
    /// After this time a run ends where it is, and the next goes on: 5 seconds to 4 minutes 30 seconds; default 4 minutes.
    /// The host kills the app with everything in flight at <c>functionTimeout</c>, five minutes.
    /// </summary>
    public TimeSpan RunFor { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>The longest document that is fetched, in bytes: 1,000,000 to 1,000,000,000; default 64 MiB.</summary>
    public int MaxContentBytes { get; init; } = 64 * 1024 * 1024;

    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static InboundSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return new InboundSettings
        {
            Overlap = reader.Time("Overlap", TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)),
            InitialLookback = reader.Time("InitialLookback", TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeSpan.FromDays(90)),
            PageSize = reader.Integer("PageSize", 200, 1, 500),
            Concurrency = reader.Integer("Concurrency", 4, 1, 16),
            RunFor = reader.Time("RunFor", TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(270)),
            MaxContentBytes = reader.Integer("MaxContentBytes", 64 * 1024 * 1024, 1_000_000, 1_000_000_000),
        };
    }
}
