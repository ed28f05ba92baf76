using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Hazchem.Functions.Tests.Support;

/// <summary>
/// The real storage emulator. One instance is shared by all tests that name their own containers and tables; a test
/// that needs the whole account, or stops it, starts a fresh one. Take it as a constructor parameter.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteProcess? shared;

    /// <summary>For tests that keep to containers, tables and queues with unique names.</summary>
    public AzuriteProcess Shared => shared ?? throw new InvalidOperationException("The fixture is not initialised.");

    /// <summary>An empty account of its own, in memory. Dispose it.</summary>
    public static Task<AzuriteProcess> StartFreshAsync(CancellationToken cancellationToken) =>
        AzuriteProcess.StartAsync(new AzuriteOptions(), cancellationToken);

    public async ValueTask InitializeAsync() =>
        shared = await AzuriteProcess.StartAsync(new AzuriteOptions(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (shared is not null)
        {
            await shared.DisposeAsync();
        }
    }
}
