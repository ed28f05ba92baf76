using System.Threading.RateLimiting;

namespace Hazchem.Functions.HazchemApi;

/// <summary>
/// What this instance allows itself towards Hazchem with one depot's key: so many requests a second, so many at once,
/// and none while Hazchem asked to be left alone.
/// </summary>
internal sealed class DepotLane(double requestsPerSecond, int concurrentRequests, TimeProvider time) : IAsyncDisposable
{
    // One token a period. The bucket holds a second's worth: Hazchem allows bursts of two, and another instance has its share too.
    private readonly TokenBucketRateLimiter rate = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, (int)requestsPerSecond),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1 / requestsPerSecond),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly ConcurrencyLimiter slots = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = concurrentRequests,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private long pausedUntilTicks;

    /// <summary>How long Hazchem still wants to be left alone.</summary>
    public TimeSpan PausedFor =>
        new(Math.Max(0, Interlocked.Read(ref pausedUntilTicks) - time.GetUtcNow().UtcTicks));

    /// <summary>For an hour at most, whatever is asked for: then it may be asked again.</summary>
    public void PauseFor(TimeSpan duration)
    {
        var until = time.GetUtcNow().UtcTicks + Math.Clamp(duration.Ticks, 0, TimeSpan.TicksPerHour);
        long known;
        while ((known = Interlocked.Read(ref pausedUntilTicks)) < until
            && Interlocked.CompareExchange(ref pausedUntilTicks, until, known) != known)
        {
        }
    }

    /// <summary>Waits for its turn. What it returns is given back when the answer is there.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var slot = await slots.AcquireAsync(1, cancellationToken);
        try
        {
            while (PausedFor is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause, time, cancellationToken);
            }

            using var token = await rate.AcquireAsync(1, cancellationToken);
            return slot;
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await rate.DisposeAsync();
        await slots.DisposeAsync();
    }
}
