using System.Globalization;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>Where the Functions host reaches the app, and how long the app takes to end.</summary>
internal static class HandlerPort
{
    /// <summary>Set by the host; on IPv4 loopback.</summary>
    public const string Variable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    /// <summary>Running work ends by itself within <c>functionTimeout</c>, at which the host would kill it.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMinutes(5);

    public static int Read(IConfiguration configuration) =>
        int.TryParse(configuration[Variable], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new SettingsException(
                Variable, "must be a port from 1 to 65535. The Functions host sets it; to run the app on this machine: dotnet run --project tools/LocalHost");
}
