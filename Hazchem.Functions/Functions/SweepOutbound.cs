using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>Every minute: sends what is due again.</summary>
internal sealed class SweepOutbound(DocumentStorage storage, OutboundSweep sweep, RunningSends running)
{
    [Function(nameof(SweepOutbound))]
    public async Task RunAsync([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await running.RunAsync(sweep.RunAsync, cancellationToken);
    }
}
