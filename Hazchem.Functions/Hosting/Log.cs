namespace Hazchem.Functions.Hosting;

internal static partial class Log
{
    [LoggerMessage(110, LogLevel.Warning, "The documents' storage account could not be prepared at the start; the first function to run tries again.")]
    public static partial void WarmUpFailed(ILogger logger, Exception exception);
}
