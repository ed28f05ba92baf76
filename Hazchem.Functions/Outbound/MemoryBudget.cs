using System.Threading.RateLimiting;
using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// How much memory the documents in flight may take together. One enormous picture waits until there is room for it, and
/// does not take the others down.
/// </summary>
/// <remarks>
/// A quarter is for their files and the rest for decoding them. Out of one pot, those that hold a file and wait for
/// room to decode it would wait for each other.
/// </remarks>
internal sealed class MemoryBudget(OutboundSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly Pot files = new(settings.MemoryMegabytes / 4);
    private readonly Pot decoding = new(settings.MemoryMegabytes - settings.MemoryMegabytes / 4);

    /// <summary>Waits a while for room for a file. What it returns is given back when it is disposed.</summary>
    /// <returns>Null where there was no room in time.</returns>
    public Task<IDisposable?> TakeForFileAsync(long bytes, CancellationToken cancellationToken) =>
        TakeAsync(files, bytes, cancellationToken);

    /// <summary>
    /// Waits a while for room to decode a file, and before that for room to open it, which tells what decoding takes. What it
    /// returns is given back when it is disposed.
    /// </summary>
    /// <returns>Null where there was no room in time.</returns>
    public async Task<IDisposable?> TakeForDecodingAsync(
        ReadOnlyMemory<byte> content, ImageConverter images, CancellationToken cancellationToken)
    {
        long needed;
        using (var opening = await TakeAsync(decoding, images.EstimateMemoryToOpen(content), cancellationToken))
        {
            if (opening is null)
            {
                return null;
            }

            needed = images.EstimateMemory(content, cancellationToken);
        }

        // What was for opening is given back first: those that held it and waited for more would wait for each other.
        return await TakeAsync(decoding, needed, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await files.Mebibytes.DisposeAsync();
        await decoding.Mebibytes.DisposeAsync();
    }

    /// <summary>What is more than the whole pot counts as the whole pot, so that such a document goes alone.</summary>
    private async Task<IDisposable?> TakeAsync(Pot pot, long bytes, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(settings.MemoryWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await pot.Mebibytes.AcquireAsync((int)Math.Min(bytes / Mebibyte + 1, pot.Size), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed class Pot(int size)
    {
        public int Size => size;

        public ConcurrencyLimiter Mebibytes { get; } = new(new ConcurrencyLimiterOptions
        {
            PermitLimit = size,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }
}
