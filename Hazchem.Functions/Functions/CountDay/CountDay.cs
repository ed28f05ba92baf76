using Hazchem.Functions.Outbound;
using Hazchem.Functions.Portal;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Functions.CountDay;

/// <summary>Every night: whether every file that was dropped the day before (UTC) is accounted for; and old thumbnails go.</summary>
internal sealed class CountDay(DocumentStorage storage, DailyCount count, PagePictures pictures, TimeProvider time)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await count.RunAsync(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1), cancellationToken);
        await pictures.RemoveOldAsync(cancellationToken);
    }
}
