namespace Hazchem.Benchmarks.Startup;

/// <summary>A way to publish the app.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Arguments">Of <c>dotnet publish</c>; they hold whatever the project says.</param>
internal sealed record StartupVariant(string Name, params string[] Arguments)
{
    /// <summary>The first is what the others are compared with.</summary>
    public static IReadOnlyList<StartupVariant> All { get; } =
    [
        new("JIT", "-p:PublishReadyToRun=false", "-p:PublishTrimmed=false"),
        new("ReadyToRun", "-p:PublishReadyToRun=true", "-p:PublishTrimmed=false"),
        new("ReadyToRun, trimmed", "-p:PublishReadyToRun=true", "-p:PublishTrimmed=true", "-p:TrimMode=partial", "-p:TrimmerSingleWarn=false"),
        new("native AOT", "-p:PublishReadyToRun=false", "-p:PublishAot=true", "-p:TrimmerSingleWarn=false"),
    ];
}
