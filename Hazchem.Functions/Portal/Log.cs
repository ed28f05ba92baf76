namespace Hazchem.Functions.Portal;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Error, "A {Method} from outside failed.")]
    public static partial void RequestFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(5001, LogLevel.Warning, "Storage answered a {Method} from outside with {Status} {ErrorCode}.")]
    public static partial void StorageFailed(ILogger logger, string method, int status, string? errorCode, Exception exception);

    [LoggerMessage(5002, LogLevel.Warning, "One of several that a person asked for could not be done.")]
    public static partial void ItemFailed(ILogger logger, Exception exception);
}
