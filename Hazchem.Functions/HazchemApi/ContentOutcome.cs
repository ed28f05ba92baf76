namespace Hazchem.Functions.HazchemApi;

/// <summary>What became of asking for a document's content, after the short retries.</summary>
internal abstract record ContentOutcome
{
    private ContentOutcome()
    {
    }

    /// <summary>The content. Whoever gets it disposes of it.</summary>
    /// <param name="Stream">
    /// In memory already if the answer was no longer than <see cref="HazchemClient.BufferedContent"/>; otherwise the
    /// connection itself, whose reads throw <see cref="IOException"/> when it breaks.
    /// </param>
    /// <param name="Length">In bytes; null where the answer did not say and the content is a connection.</param>
    /// <param name="ContentType">As the answer says, without parameters.</param>
    public sealed record Received(Stream Stream, long? Length, string? ContentType) : ContentOutcome, IAsyncDisposable
    {
        /// <summary>The answer that the stream belongs to, where it is a connection.</summary>
        public IDisposable? Owner { get; init; }

        public async ValueTask DisposeAsync()
        {
            await Stream.DisposeAsync();
            Owner?.Dispose();
        }
    }

    /// <summary>The answer is longer than the caller takes, and was not read.</summary>
    public sealed record TooLong : ContentOutcome;

    /// <summary>410: taken back, and not to be asked for again.</summary>
    public sealed record Withdrawn : ContentOutcome;

    /// <summary>404: Hazchem does not know it.</summary>
    public sealed record Unknown(string Message) : ContentOutcome;

    /// <summary>Another definite no.</summary>
    public sealed record Refused(RefusalReason Reason, string Message) : ContentOutcome;

    /// <summary>No usable answer; trying again later may help.</summary>
    public sealed record Unavailable(TroubleKind Trouble, string Message, TimeSpan? RetryAfter = null) : ContentOutcome;
}
