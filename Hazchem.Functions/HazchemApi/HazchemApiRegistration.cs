using System.Net;

namespace Hazchem.Functions.HazchemApi;

internal static class HazchemApiRegistration
{
    public static IServiceCollection AddHazchemApi(this IServiceCollection services, HazchemSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<HazchemClient>();
        services.AddHttpClient(HazchemClient.HttpClientName)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // The key goes to the address in the settings and to no other.
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The factory's own lines would name consignments, and headers at the finest level. Ours say what is needed.
            .RemoveAllLoggers();
        return services;
    }

    /// <summary>Says at the start which depots of the settings are parked or left out, and why.</summary>
    public static void LogProblems(this HazchemSettings settings, ILogger logger)
    {
        foreach (var problem in settings.Problems)
        {
            Log.DepotLeftOut(logger, problem);
        }

        foreach (var (depot, access) in settings.Depots)
        {
            if (access is DepotAccess.Parked parked)
            {
                Log.DepotParked(logger, depot.Value, parked.Reason);
            }
        }
    }
}
