using Hazchem.Functions.Documents;
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

    [LoggerMessage(1004, LogLevel.Information, "{Document} is sent in generation {Generation}, {Seconds} seconds after its drop: {OriginalBytes} bytes became {SentBytes}.")]
    public static partial void Sent(ILogger logger, DocumentKey document, int generation, double seconds, long originalBytes, long sentBytes);

    [LoggerMessage(1008, LogLevel.Warning, "{Document} is {State} in generation {Generation}. {Reason}")]
    public static partial void NotSentNow(ILogger logger, DocumentKey document, OutboundState state, int generation, string? reason);

    [LoggerMessage(1005, LogLevel.Information, "The sweep sends {Due} of {Pending} pending files.")]
    public static partial void SweepFound(ILogger logger, int due, int pending);

    [LoggerMessage(1006, LogLevel.Information, "The sweep is out of time; the next one goes on.")]
    public static partial void SweepOutOfTime(ILogger logger);

    [LoggerMessage(1007, LogLevel.Error, "The sweep could not handle {About}; a later one comes to it.")]
    public static partial void SweepFailed(ILogger logger, string about, Exception exception);

    [LoggerMessage(1009, LogLevel.Information, "{Document} is sent once more, in generation {Generation}.")]
    public static partial void SentAgain(ILogger logger, DocumentKey document, int generation);

    [LoggerMessage(1014, LogLevel.Warning, "There was no memory for {Blob} in time; the sweep comes to it.")]
    public static partial void NoMemory(ILogger logger, string blob);

    [LoggerMessage(1015, LogLevel.Error, "The host gave up on {Blob}; the sweep takes it over.")]
    public static partial void Poisoned(ILogger logger, string blob);

    [LoggerMessage(1016, LogLevel.Error, "Nothing is recorded of what became of {Document}, dropped on {Day}.")]
    public static partial void Unaccounted(ILogger logger, DocumentKey document, DateOnly day);

    [LoggerMessage(1017, LogLevel.Information, "{Day}, depot {Depot}: {Dropped} dropped = {Sent} sent + {NotSent} not sent + {Waiting} waiting + {Superseded} superseded + {Shadowed} in shadow mode.")]
    public static partial void Counted(ILogger logger, DateOnly day, string depot, int dropped, int sent, int notSent, int waiting, int superseded, int shadowed);

    [LoggerMessage(1018, LogLevel.Information, "{Document} would be sent in generation {Generation}, but shadow mode is on: {OriginalBytes} bytes became {SentBytes}.")]
    public static partial void Shadowed(ILogger logger, DocumentKey document, int generation, long originalBytes, long sentBytes);

    [LoggerMessage(1019, LogLevel.Warning, "Shadow mode is on: no document is sent to Hazchem.")]
    public static partial void ShadowModeIsOn(ILogger logger);

    [LoggerMessage(1010, LogLevel.Error, "Depot {Depot} is closed for sending: {Kind}. {Reason} It is probed at {ProbeAt}.")]
    public static partial void Closed(ILogger logger, string depot, ClosureKind kind, string reason, DateTimeOffset probeAt);

    [LoggerMessage(1011, LogLevel.Warning, "Depot {Depot} is still closed for sending: {Kind}. It is probed again at {ProbeAt}.")]
    public static partial void StillClosed(ILogger logger, string depot, ClosureKind kind, DateTimeOffset probeAt);

    [LoggerMessage(1012, LogLevel.Information, "Depot {Depot} is open for sending again.")]
    public static partial void Opened(ILogger logger, string depot);

    [LoggerMessage(1013, LogLevel.Error, "Hazchem refuses every {Type} of depot {Depot}; none is sent for an hour. {Reason}")]
    public static partial void TypeClosed(ILogger logger, string depot, DocumentType type, string reason);
}
