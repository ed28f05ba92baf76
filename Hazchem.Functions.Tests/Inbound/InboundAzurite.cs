using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;

namespace Hazchem.Functions.Tests.Inbound;

/// <summary>One account for the tests of a class, each of which has a depot of its own.</summary>
public sealed class InboundAzurite : IAsyncLifetime
{
    private AzuriteProcess? azurite;
    private int depots = 100;

    public string ConnectionString => azurite!.ConnectionString;

    public string NextDepot() => Interlocked.Increment(ref depots).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync() => azurite = await AzuriteFixture.StartFreshAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => azurite?.DisposeAsync() ?? ValueTask.CompletedTask;
}
