namespace Hazchem.Functions.Outbound;

internal static class OutboundServices
{
    public static IServiceCollection AddOutbound(this IServiceCollection services, OutboundSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<DropBox>()
        .AddSingleton<MemoryBudget>()
        .AddSingleton<OutboundDocuments>()
        .AddSingleton<WaitingList>()
        .AddSingleton<PoisonMessages>()
        .AddSingleton<DepotGateRows>()
        .AddSingleton<DepotGates>()
        .AddSingleton<OutboundWriter>()
        .AddSingleton<DocumentSender>()
        .AddSingleton<OutboundSweep>()
        .AddSingleton<RunningSends>()
        .AddHostedService(services => services.GetRequiredService<RunningSends>())
        .AddSingleton<DailyCount>();

    /// <summary>Says at the start that nothing is sent, where that is so.</summary>
    public static void LogMode(this OutboundSettings settings, ILogger logger)
    {
        if (settings.Shadow)
        {
            Log.ShadowModeIsOn(logger);
        }
    }
}
