namespace Hazchem.Functions.Inbound;

internal static class InboundRegistration
{
    /// <summary>Needs <c>AddHazchemApi</c>, <c>AddDocumentStorage</c> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddInbound(this IServiceCollection services, InboundSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<DepotProgressStore>()
        .AddSingleton<InboundRecords>()
        .AddSingleton<DocumentFetcher>()
        .AddSingleton<DepotSync>()
        .AddSingleton<InboundSync>();
}
