namespace Hazchem.Benchmarks.Startup;

/// <summary>A worker, published in one way and run in one way.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Publication">Variants that share it are published once.</param>
/// <param name="Settings">Environment variables of the worker.</param>
internal sealed record StartupVariant(string Name, Publication Publication, params (string Name, string Value)[] Settings)
{
    private static readonly Publication ReadyToRun = new(Publication.App, "-p:PublishReadyToRun=true");

    /// <summary>The first is what the others are compared with.</summary>
    public static IReadOnlyList<StartupVariant> All { get; } =
    [
        new("template, one timer", new Publication(Publication.Template)),
        new("JIT", new Publication(Publication.App, "-p:PublishReadyToRun=false")),
        new("ReadyToRun", ReadyToRun),
        new("ReadyToRun, composite", new Publication(Publication.App, "-p:PublishReadyToRun=true", "-p:PublishReadyToRunComposite=true")),
        new("ReadyToRun, no profile (TieredPGO=0)", ReadyToRun, ("DOTNET_TieredPGO", "0")),
        new("ReadyToRun, loops optimised at once (TC_QuickJitForLoops=0)", ReadyToRun, ("DOTNET_TC_QuickJitForLoops", "0")),
        new("ReadyToRun, one tier (TieredCompilation=0)", ReadyToRun, ("DOTNET_TieredCompilation", "0")),
    ];
}
