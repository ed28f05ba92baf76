using Hazchem.Functions.Retention;
using Hazchem.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>Every hour: removes rows past retention.</summary>
internal sealed class PurgeRows(DocumentStorage storage, RowPurge purge)
{
    [Function(nameof(PurgeRows))]
    public async Task RunAsync([TimerTrigger("0 45 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await purge.RunAsync(cancellationToken);
    }
}
