namespace Hazchem.Functions.Inbound;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Depot {Depot}: fetched {Fetched}, failed {Failed}, set aside in all {Aside}, listing read to its end: {Complete}.")]
    public static partial void Synced(ILogger logger, string depot, int fetched, int failed, int aside, bool complete);

    [LoggerMessage(4001, LogLevel.Warning, "Depot {Depot}: the run stopped. {Problem}")]
    public static partial void Stopped(ILogger logger, string depot, string problem);

    [LoggerMessage(4002, LogLevel.Warning, "Depot {Depot}: document {DocumentId} failed {Failures} times and is set aside until {DueAt:O}. {Reason}")]
    public static partial void SetAside(
        ILogger logger, string depot, string documentId, int failures, DateTimeOffset dueAt, string reason);

    [LoggerMessage(4003, LogLevel.Error, "Depot {Depot}: document {DocumentId} is given up after {Failures} failures. {Reason}")]
    public static partial void GivenUp(ILogger logger, string depot, string documentId, int failures, string reason);

    [LoggerMessage(4004, LogLevel.Warning, "Depot {Depot}: document {DocumentId} is recorded as {State}.")]
    public static partial void NeedsAttention(ILogger logger, string depot, string documentId, InboundState state);

    [LoggerMessage(4005, LogLevel.Information, "Depot {Depot}: the listing's cursor expired; the listing starts again.")]
    public static partial void ListingStartsAgain(ILogger logger, string depot);

    [LoggerMessage(4006, LogLevel.Warning, "Depot {Depot}: Hazchem's listing has no Date, so the cursor moves only with its documents.")]
    public static partial void NoDate(ILogger logger, string depot);

    [LoggerMessage(4007, LogLevel.Error, "Depot {Depot}: storage failed, so the run ends here.")]
    public static partial void StorageFailed(ILogger logger, Exception exception, string depot);

    [LoggerMessage(4008, LogLevel.Error, "Depot {Depot}: the run failed.")]
    public static partial void RunFailed(ILogger logger, Exception exception, string depot);

    [LoggerMessage(4009, LogLevel.Error, "Depot {Depot}: an entry of Hazchem's listing cannot be read: {Reason}. NeedsAttention has it under {Key}.")]
    public static partial void Unreadable(ILogger logger, string depot, string reason, string key);

    [LoggerMessage(4010, LogLevel.Warning, "Depot {Depot}: {Problem}")]
    public static partial void ClockOff(ILogger logger, string depot, string problem);

    [LoggerMessage(4011, LogLevel.Warning, "Depot {Depot}: its cursor is missing or in the future, so the last {Lookback} are listed again.")]
    public static partial void BeginsAgain(ILogger logger, string depot, TimeSpan lookback);
}
