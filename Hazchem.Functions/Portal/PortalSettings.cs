using System.Globalization;
using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Portal;

/// <summary>The section <c>Portal</c>, checked.</summary>
internal sealed record PortalSettings
{
    public const string SectionName = "Portal";

    private const string AuthenticationIsOn = "WEBSITE_AUTH_ENABLED";
    private const string SiteName = "WEBSITE_SITE_NAME";
    private const string PrintByFormat = "HH':'mm";

    public PortalAuthentication Authentication { get; init; }

    /// <summary>
    /// Whether App Service authentication is switched on, as Azure says by <c>WEBSITE_AUTH_ENABLED</c>. Where it is off, its
    /// headers are anybody's to send.
    /// </summary>
    public bool AuthenticationIsEnabled { get; init; }

    /// <summary>Whether Azure runs the app, as it says by <c>WEBSITE_SITE_NAME</c>: keys are asked for there, and not on one's own machine.</summary>
    public bool IsInAzure { get; init; }

    /// <summary>When the day's paperwork is printed and the drivers leave, in the zone of <c>TimeZone</c>; default 06:00.</summary>
    public TimeOnly PrintBy { get; init; } = new(6, 0);

    /// <summary>How long a thumbnail is kept after it was made, 1 to 400 days; default 30 days.</summary>
    public TimeSpan KeepThumbnails { get; init; } = TimeSpan.FromDays(30);

    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static PortalSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        var authentication = reader.Text(nameof(Authentication)) switch
        {
            null => PortalAuthentication.AppService,
            var text when Enum.TryParse<PortalAuthentication>(text, ignoreCase: true, out var word) && !char.IsAsciiDigit(text[0]) => word,
            _ => throw reader.Wrong(nameof(Authentication), "must be AppService or None (default AppService)."),
        };
        var isInAzure = !string.IsNullOrEmpty(configuration[SiteName]);
        if (isInAzure && authentication == PortalAuthentication.None)
        {
            throw reader.Wrong(nameof(Authentication), "None is for one's own machine and not for Azure, where everybody could come in. Leave it out.");
        }

        return new PortalSettings
        {
            Authentication = authentication,
            IsInAzure = isInAzure,
            AuthenticationIsEnabled = bool.TryParse(configuration[AuthenticationIsOn], out var on) && on,
            PrintBy = reader.Text(nameof(PrintBy)) is not { } time ? new TimeOnly(6, 0)
                : TimeOnly.TryParseExact(time, PrintByFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var printBy) ? printBy
                : throw reader.Wrong(nameof(PrintBy), "must be a time of the day such as 06:00 (default 06:00)."),
            KeepThumbnails = reader.Time(nameof(KeepThumbnails), TimeSpan.FromDays(30), TimeSpan.FromDays(1), TimeSpan.FromDays(400)),
        };
    }
}
