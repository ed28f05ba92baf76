namespace Hazchem.Functions.Hosting;

internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Error, "{Function} failed. The host delivers a blob again; a timer comes again.")]
    public static partial void Failed(ILogger logger, string function, Exception exception);

    [LoggerMessage(102, LogLevel.Warning, "The process that started the app is gone, so the app ends.")]
    public static partial void ParentGone(ILogger logger);

    [LoggerMessage(110, LogLevel.Warning, "The documents' storage account could not be prepared at the start; the first function to run tries again.")]
    public static partial void WarmUpFailed(ILogger logger, Exception exception);
}
