namespace Hazchem.Functions.Hosting.CustomHandler;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Error, "The request for {Function} is not what a Functions host sends. {Reason}")]
    public static partial void Malformed(ILogger logger, string function, string reason);

    [LoggerMessage(101, LogLevel.Error, "{Function} failed. The host delivers a blob again; a timer comes again.")]
    public static partial void Failed(ILogger logger, string function, Exception exception);
}
