using Hazchem.Functions.Inbound;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>Every ten minutes: fetches what is new at Hazchem into Blob Storage, with its links.</summary>
internal sealed class FetchDocuments(InboundSync sync)
{
    [Function(nameof(FetchDocuments))]
    public Task RunAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => sync.RunAsync(cancellationToken);
}
