using Hazchem.Functions.Retention;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Functions.PurgeRows;

/// <summary>Every hour: rows that were kept for as long as they are kept go.</summary>
internal sealed class PurgeRows(DocumentStorage storage, RowPurge purge)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await purge.RunAsync(cancellationToken);
    }
}
