namespace Hazchem.Functions.Outbound;

internal static class OutboundServices
{
    public static IServiceCollection AddOutbound(this IServiceCollection services, OutboundSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<DropBox>()
        .AddSingleton<OutboundDocuments>()
        .AddSingleton<WaitingList>()
        .AddSingleton<OutboundWriter>()
        .AddSingleton<DocumentSender>()
        .AddSingleton<OutboundSweep>();
}
