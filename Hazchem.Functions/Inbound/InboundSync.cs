using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Inbound;

/// <summary>One sync for every depot, side by side: one depot's trouble does not hold up another.</summary>
internal sealed class InboundSync(
    DepotSync sync, DocumentStorage storage, HazchemSettings hazchem, ILogger<InboundSync> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        var depots = hazchem.Depots.Where(depot => depot.Value is DepotAccess.Usable).Select(depot => depot.Key);
        await Task.WhenAll(depots.Select(async depot =>
        {
            try
            {
                await sync.RunAsync(depot, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Log.RunFailed(logger, e, depot.Value);
                throw;
            }
        }));
    }
}
