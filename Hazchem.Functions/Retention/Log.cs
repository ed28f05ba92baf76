namespace Hazchem.Functions.Retention;

internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "Purged {Documents} rows of documents, {Activity} of Activity and {Entries} that pointed at documents or counted days.")]
    public static partial void Purged(ILogger logger, int documents, int activity, int entries);

    [LoggerMessage(6001, LogLevel.Information, "There was more to purge than time; the next run goes on.")]
    public static partial void OutOfTime(ILogger logger);
}
