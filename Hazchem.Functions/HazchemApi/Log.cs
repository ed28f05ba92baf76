namespace Hazchem.Functions.HazchemApi;

internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Error, "A depot in the settings is left out. {Problem}")]
    public static partial void DepotLeftOut(ILogger logger, string problem);

    [LoggerMessage(2001, LogLevel.Error, "Depot {Depot} is parked: nothing is sent or fetched for it. {Reason}")]
    public static partial void DepotParked(ILogger logger, string depot, string reason);

    [LoggerMessage(2002, LogLevel.Information, "{Operation} for depot {Depot} is tried again in {Delay}, attempt {Attempt} got: {Trouble}. {Message}")]
    public static partial void TryingAgain(
        ILogger logger, string operation, string depot, TimeSpan delay, int attempt, TroubleKind trouble, string message);

    [LoggerMessage(2003, LogLevel.Warning, "{Operation} for depot {Depot} got no usable answer: {Trouble}. {Message}")]
    public static partial void GaveUp(ILogger logger, string operation, string depot, TroubleKind trouble, string message);
}
