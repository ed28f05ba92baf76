using Hazchem.Functions.Documents;
using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.HazchemApi;

/// <summary>The section <c>Hazchem</c>, checked.</summary>
internal sealed record HazchemSettings
{
    public const string SectionName = "Hazchem";

    /// <summary>Where Hazchem's API is, before <c>/v1</c>: <c>https</c>, or <c>http</c> to loopback only. Required.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Our depots by code, from <c>Depots__{code}__ApiKey</c>. At least one is required.</summary>
    public required IReadOnlyDictionary<DepotCode, DepotAccess> Depots { get; init; }

    /// <summary>Depots in the settings whose code is no depot's code: a line each, to be logged at the start.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>
    /// <c>MaxBytes__DeliveryImage</c>, <c>__CustomerPaperwork</c> and <c>__ProofOfDelivery</c>: bytes of the <c>file</c> part,
    /// 1,000 to 100,000,000; defaults 500,000, 2,000,000 and 1,000,000. Hazchem's true limits are not public.
    /// </summary>
    public SizeLimits MaxBytes { get; init; } = new(500_000, 2_000_000, 1_000_000);

    /// <summary>This instance's share of what Hazchem allows a key: requests a second, 0.1 to 1,000; default 10.</summary>
    public double RequestsPerSecond { get; init; } = 10;

    /// <summary>How many requests this instance has open at once with one key, 1 to 20; default 8. Hazchem allows 20.</summary>
    public int ConcurrentRequests { get; init; } = 8;

    /// <summary>One attempt to send or to fetch a document: 1 second to 2 minutes; default 60 seconds.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>One attempt to read a page of the listing: 1 second to 2 minutes; default 30 seconds.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// One call with its retries and waits: 1 second to 4 minutes; default 150 seconds. The host kills
    /// the app with everything in flight at <c>functionTimeout</c>, five minutes.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>Before the first retry, doubled with jitter for each next: 1 ms to 30 seconds; default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a call is retried in place: 0 to 10; default 4.</summary>
    public int Retries { get; init; } = 4;

    /// <exception cref="SettingsException">A setting that concerns more than one depot is wrong.</exception>
    public static HazchemSettings From(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        var reader = new SettingsReader(section);
        var maxBytes = new SettingsReader(section.GetSection("MaxBytes"));
        var (depots, problems) = ReadDepots(section.GetSection("Depots"));
        if (depots.Count == 0)
        {
            throw reader.Wrong("Depots", string.Join(' ', ["at least one depot is needed, as Hazchem__Depots__045__ApiKey.", .. problems]));
        }

        return new HazchemSettings
        {
            BaseUrl = ReadBaseUrl(reader),
            Depots = depots,
            Problems = problems,
            MaxBytes = new SizeLimits(
                maxBytes.Integer("DeliveryImage", 500_000, 1_000, 100_000_000),
                maxBytes.Integer("CustomerPaperwork", 2_000_000, 1_000, 100_000_000),
                maxBytes.Integer("ProofOfDelivery", 1_000_000, 1_000, 100_000_000)),
            RequestsPerSecond = reader.Number("RequestsPerSecond", 10, 0.1, 1_000),
            ConcurrentRequests = reader.Integer("ConcurrentRequests", 8, 1, 20),
            TransferTimeout = reader.Time("TransferTimeout", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            ListTimeout = reader.Time("ListTimeout", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            Budget = reader.Time("Budget", TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4)),
            RetryDelay = reader.Time("RetryDelay", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)),
            Retries = reader.Integer("Retries", 4, 0, 10),
        };
    }

    private static Uri ReadBaseUrl(SettingsReader reader)
    {
        const string Right = "must be an address such as https://api.example.com/ (http only to this machine), without user, query or fragment.";
        if (!Uri.TryCreate(reader.Text("BaseUrl"), UriKind.Absolute, out var url)
            || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw reader.Wrong("BaseUrl", Right);
        }

        return url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
    }

    private static (IReadOnlyDictionary<DepotCode, DepotAccess> Depots, IReadOnlyList<string> Problems) ReadDepots(
        IConfigurationSection section)
    {
        var depots = new SortedDictionary<DepotCode, DepotAccess>();
        var problems = new List<string>();
        foreach (var depot in section.GetChildren())
        {
            if (DepotCode.TryParse(depot.Key, out var code, out var reason))
            {
                depots[code] = ReadAccess(code, depot["ApiKey"]);
            }
            else
            {
                problems.Add($"Hazchem__Depots__{PlainText.OneLine(depot.Key, 40)}: {reason}");
            }
        }

        return (depots, problems);
    }

    private static DepotAccess ReadAccess(DepotCode code, string? key)
    {
        var wrong = key switch
        {
            null => "is missing.",
            _ when string.IsNullOrWhiteSpace(key) => "is empty.",
            _ when key.TrimStart().StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) =>
                "is a Key Vault reference that was not resolved: check the secret's name and the app's access to the vault.",
            _ when key.Any(c => c is < ' ' or > '~') => "has a line break or another character that no key has.",
            _ when key[0] == ' ' || key[^1] == ' ' => "begins or ends with a space.",
            _ => null,
        };
        return wrong is null
            ? new DepotAccess.Usable(new ApiKey(key!))
            : new DepotAccess.Parked($"Hazchem__Depots__{code}__ApiKey {wrong}");
    }
}
