using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Hosting;

/// <summary>
/// Does at the start what the first document would otherwise wait for. It may fail without harm: the functions do it
/// themselves where it is not done, and the account may be out of reach for a while.
/// </summary>
internal sealed class WarmUp(
    DocumentStorage storage, DepotGates gates, HazchemSettings hazchem, ILogger<WarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.EnsureCreatedAsync(stoppingToken);
            await gates.LoadAsync(hazchem.Depots.Keys, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app ends.
        }
        catch (Exception e)
        {
            Log.WarmUpFailed(logger, e);
        }
    }
}
