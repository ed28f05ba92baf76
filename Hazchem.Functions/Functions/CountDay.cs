using Hazchem.Functions.Outbound;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Hazchem.Functions.Functions;

/// <summary>Every night: checks that every file dropped the day before (UTC) is accounted for, and removes old thumbnails.</summary>
internal sealed class CountDay(DocumentStorage storage, DailyCount count, PagePictures pictures, TimeProvider time)
{
    [Function(nameof(CountDay))]
    public async Task RunAsync([TimerTrigger("0 30 0 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await count.RunAsync(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1), cancellationToken);
        await pictures.RemoveOldAsync(cancellationToken);
    }
}
