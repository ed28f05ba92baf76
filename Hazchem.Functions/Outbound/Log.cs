using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Blob} is not in the drop box any more.")]
    public static partial void BlobGone(ILogger logger, string blob);

    [LoggerMessage(1001, LogLevel.Information, "{Document} is {State}: nothing to send now.")]
    public static partial void NotClaimed(ILogger logger, DocumentKey document, OutboundState state);

    [LoggerMessage(1002, LogLevel.Warning, "{Document} was written by others each time; the sweep comes back to it.")]
    public static partial void TooManyRaces(ILogger logger, DocumentKey document);

    [LoggerMessage(1003, LogLevel.Warning, "The claim on {Document} expired and another owner has taken it over.")]
    public static partial void ClaimLost(ILogger logger, DocumentKey document);

    [LoggerMessage(1004, LogLevel.Information, "{Document} is sent in generation {Generation}: {OriginalBytes} bytes became {SentBytes}.")]
    public static partial void Sent(ILogger logger, DocumentKey document, int generation, long originalBytes, long sentBytes);

    [LoggerMessage(1008, LogLevel.Warning, "{Document} is {State} in generation {Generation}. {Reason}")]
    public static partial void NotSentNow(ILogger logger, DocumentKey document, OutboundState state, int generation, string? reason);

    [LoggerMessage(1005, LogLevel.Information, "The sweep sends {Due} of {Pending} pending files.")]
    public static partial void SweepFound(ILogger logger, int due, int pending);

    [LoggerMessage(1006, LogLevel.Information, "The sweep is out of time; the next one goes on.")]
    public static partial void SweepOutOfTime(ILogger logger);

    [LoggerMessage(1007, LogLevel.Error, "The sweep could not handle {Blob}; it stays in the drop box.")]
    public static partial void SweepFailed(ILogger logger, string blob, Exception exception);
}
