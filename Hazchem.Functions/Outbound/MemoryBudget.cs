using System.Threading.RateLimiting;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// How much memory the documents in flight may take together: their files and what decoding them takes. One enormous
/// picture waits until there is room for it, and does not take the others down.
/// </summary>
internal sealed class MemoryBudget(OutboundSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly ConcurrencyLimiter mebibytes = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = settings.MemoryMegabytes,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits a while for room. What it returns is given back when it is disposed.</summary>
    /// <param name="bytes">More than there is counts as all there is, so that such a document goes alone.</param>
    /// <param name="besides">What the same document holds already; null for its file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there was no room in time.</returns>
    public async Task<MemoryLease?> TakeAsync(long bytes, MemoryLease? besides, CancellationToken cancellationToken)
    {
        // A file leaves half for decoding it, or the largest would wait for what it holds itself.
        var most = besides is null ? settings.MemoryMegabytes / 2 : settings.MemoryMegabytes - besides.Mebibytes;
        var wanted = (int)Math.Min(bytes / Mebibyte + 1, most);
        using var timer = new CancellationTokenSource(settings.MemoryWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return new MemoryLease(wanted, await mebibytes.AcquireAsync(wanted, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => mebibytes.DisposeAsync();
}

/// <summary>A part of the budget, until it is disposed.</summary>
internal sealed record MemoryLease(int Mebibytes, IDisposable Lease) : IDisposable
{
    public void Dispose() => Lease.Dispose();
}
