using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Functions.SweepOutbound;

/// <summary>Sends what is due again, every minute.</summary>
internal sealed class SweepOutbound(DocumentStorage storage, OutboundSweep sweep)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await sweep.RunAsync(cancellationToken);
    }
}
