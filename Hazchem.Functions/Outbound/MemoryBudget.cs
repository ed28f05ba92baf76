using System.Threading.RateLimiting;
using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// How much memory the documents in flight may take together. One enormous picture waits until there is room for it, and
/// does not take the others down.
/// </summary>
/// <remarks>
/// A sixteenth is for uploads, three for files and the rest for decoding them. Out of one pot, those that hold a file and
/// wait for room to decode it would wait for each other, and slow uploads would keep documents from being sent.
/// </remarks>
internal sealed class MemoryBudget(OutboundSettings settings, TimeProvider time) : IAsyncDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly Pot uploads = new(settings.MemoryMegabytes / 16);
    private readonly TwoPots files = new(settings.MemoryMegabytes * 3 / 16, mostCheapShare: 8);
    private readonly TwoPots decoding = new(settings.MemoryMegabytes * 3 / 4, mostCheapShare: 2);

    /// <summary>Waits a while for room for what an upload holds. What it returns is given back when it is disposed.</summary>
    /// <returns>Null if there was no room in time.</returns>
    public Task<IDisposable?> TakeForUploadAsync(long bytes, CancellationToken cancellationToken) =>
        InTimeAsync(token => uploads.TakeAsync(bytes, token), cancellationToken);

    /// <summary>Waits a while for room for a file.</summary>
    /// <inheritdoc cref="TakeForUploadAsync"/>
    public Task<IDisposable?> TakeForFileAsync(long bytes, CancellationToken cancellationToken) =>
        InTimeAsync(token => files.TakeAsync(bytes, token), cancellationToken);

    /// <summary>Waits a while for room to convert a file; a long one also for the long ones before it.</summary>
    /// <inheritdoc cref="TakeForUploadAsync"/>
    public Task<IDisposable?> TakeForConversionAsync(ReadOnlyMemory<byte> content, ImageConverter images, CancellationToken cancellationToken) =>
        TakeForDecodingAsync(
            content,
            images,
            () => images.EstimateCost(content, cancellationToken) is { IsLong: false } cost ? cost.Memory : long.MaxValue,
            cancellationToken);

    /// <summary>Waits a while for room to draw a page of a file.</summary>
    /// <inheritdoc cref="TakeForUploadAsync"/>
    public Task<IDisposable?> TakeForPageAsync(ReadOnlyMemory<byte> content, ImageConverter images, CancellationToken cancellationToken) =>
        TakeForDecodingAsync(content, images, () => images.EstimateMemory(content, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await uploads.DisposeAsync();
        await files.DisposeAsync();
        await decoding.DisposeAsync();
    }

    /// <param name="estimate">What decoding takes. Room to open the file, which tells it, is taken before.</param>
    private Task<IDisposable?> TakeForDecodingAsync(
        ReadOnlyMemory<byte> content, ImageConverter images, Func<long> estimate, CancellationToken cancellationToken) =>
        InTimeAsync(
            async token =>
            {
                long needed;
                using (await decoding.TakeAsync(images.EstimateMemoryToOpen(content), token))
                {
                    needed = estimate();
                }

                // What was for opening is given back first: those that held it and waited for more would wait for each other.
                return await decoding.TakeAsync(needed, token);
            },
            cancellationToken);

    private async Task<IDisposable?> InTimeAsync(Func<CancellationToken, Task<IDisposable>> take, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(settings.MemoryWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await take(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Two halves, so that the cheap never wait for the dear, nor the dear for ever: the dear take from one half in turn, the
    /// cheap from whichever has room first.
    /// </summary>
    /// <param name="mostCheapShare">What takes more than this part of both halves is dear.</param>
    private sealed class TwoPots(int size, int mostCheapShare) : IAsyncDisposable
    {
        private readonly Pot forAll = new(size / 2);
        private readonly Pot forCheap = new(size / 2);

        public async Task<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken)
        {
            if (bytes > size / mostCheapShare * (long)Mebibyte)
            {
                return await forAll.TakeAsync(bytes, cancellationToken);
            }

            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var ofCheap = forCheap.TakeAsync(bytes, until.Token);
            if (ofCheap.IsCompleted)
            {
                return await ofCheap;
            }

            var ofAll = forAll.TakeAsync(bytes, until.Token);
            var first = await Task.WhenAny(ofCheap, ofAll);
            await until.CancelAsync();
            try
            {
                (await (first == ofAll ? ofCheap : ofAll)).Dispose();
            }
            catch (OperationCanceledException)
            {
                // One is enough.
            }

            return await first;
        }

        public async ValueTask DisposeAsync()
        {
            await forAll.DisposeAsync();
            await forCheap.DisposeAsync();
        }
    }

    /// <summary>What is more than the whole pot counts as the whole pot, so that such a document goes alone.</summary>
    private sealed class Pot(int size) : IAsyncDisposable
    {
        private readonly ConcurrencyLimiter mebibytes = new(new ConcurrencyLimiterOptions
        {
            PermitLimit = size,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        public async Task<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken) =>
            await mebibytes.AcquireAsync((int)Math.Min(((bytes - 1) / Mebibyte) + 1, size), cancellationToken);

        public ValueTask DisposeAsync() => mebibytes.DisposeAsync();
    }
}
