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
        .AddSingleton<DailyCount>();
}
