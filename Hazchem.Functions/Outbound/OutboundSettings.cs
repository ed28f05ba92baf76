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

    /// <summary>
    /// What the documents in flight may take together, in MiB: 64 to 65,536; default 768, for an instance with 2 GiB.
    /// <see cref="MemoryBudget"/> shares it out.
    /// </summary>
    public int MemoryMegabytes { get; init; } = 768;

    /// <summary>
    /// How long a document waits for memory or its turn before it is left to the sweep, and an upload before it is refused: 1
    /// second to 1 minute; default 20 seconds.
    /// </summary>
    public TimeSpan MemoryWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Shadow mode: everything is done with a document but sending it. For running beside another system that sends the
    /// same files; default off.
    /// </summary>
    public bool Shadow { get; init; }

    public static OutboundSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return new OutboundSettings
        {
            SweepConcurrency = reader.Integer(nameof(SweepConcurrency), 8, 1, 32),
            MemoryMegabytes = reader.Integer(nameof(MemoryMegabytes), 768, 64, 65_536),
            MemoryWait = reader.Time(nameof(MemoryWait), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            Shadow = reader.Flag(nameof(Shadow), whenAbsent: false),
            SweepStartsFor = reader.Time(nameof(SweepStartsFor), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
        };
    }
}
