using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Imaging;

/// <summary>What the pictures and scans that come in may cost, from the section <c>Imaging</c>; and the time zone.</summary>
internal sealed record ImagingOptions
{
    public const string SectionName = "Imaging";

    private const string TimeZoneName = "TimeZone";
    private const string DefaultTimeZone = "Europe/London";

    /// <summary>How large a file may be: bytes, 1,000 to 500,000,000; default 50,000,000.</summary>
    public int MaxInputBytes { get; init; } = 50_000_000;

    /// <summary>
    /// How large a picture or a page may be, by its header, before it is decoded: pixels, 1,000,000 to 1,000,000,000;
    /// default 100,000,000. A page of A3 at 600 dpi has 70 million.
    /// </summary>
    public int MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// How large all pages of a file may be together: megapixels, 1 to 100,000; default 2,000, more than 200 pages of A4 at
    /// 300 dpi, and about what is read within <see cref="MaxTime"/>.
    /// </summary>
    public int MaxTotalMegapixels { get; init; } = 2_000;

    /// <summary>How many pages a scan may have: 1 to 2,000; default 200.</summary>
    public int MaxPages { get; init; } = 200;

    /// <summary>
    /// How long one document may take to be read and made: a second to two minutes; default 90 seconds. Longer would leave
    /// no time to send it, and it would be tried for days.
    /// </summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// How many threads work on one picture: 1 to 16; default 1, which is best where several documents are in hand at
    /// once. It holds for the process: the first converter that is used sets it.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether a page of paperwork that lies askew is turned straight; default false. A proof of delivery is evidence and
    /// never is.
    /// </summary>
    public bool Straighten { get; init; }

    /// <summary>
    /// The zone of EXIF times that do not say their own, from the setting <c>TimeZone</c>: an IANA name; default
    /// <c>Europe/London</c>.
    /// </summary>
    public required TimeZoneInfo TimeZone { get; init; }

    public long MaxTotalPixels => MaxTotalMegapixels * 1_000_000L;

    /// <exception cref="SettingsException">A setting is out of its range, or the time zone is unknown.</exception>
    public static ImagingOptions From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return new ImagingOptions
        {
            MaxInputBytes = reader.Integer(nameof(MaxInputBytes), 50_000_000, 1_000, 500_000_000),
            MaxPixels = reader.Integer(nameof(MaxPixels), 100_000_000, 1_000_000, 1_000_000_000),
            MaxTotalMegapixels = reader.Integer(nameof(MaxTotalMegapixels), 2_000, 1, 100_000),
            MaxPages = reader.Integer(nameof(MaxPages), 200, 1, 2_000),
            MaxTime = reader.Time(nameof(MaxTime), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            Threads = reader.Integer(nameof(Threads), 1, 1, 16),
            Straighten = reader.Flag(nameof(Straighten), false),
            TimeZone = ReadTimeZone(configuration[TimeZoneName]),
        };
    }

    private static TimeZoneInfo ReadTimeZone(string? id)
    {
        var name = string.IsNullOrWhiteSpace(id) ? DefaultTimeZone : id.Trim();
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new SettingsException(
                TimeZoneName,
                $"'{name}' is no time zone that this machine knows; give an IANA name such as {DefaultTimeZone}, and install tzdata if it is one.");
    }
}
