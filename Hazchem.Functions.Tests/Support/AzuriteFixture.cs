using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace Hazchem.Functions.Tests.Support;

/// <summary>
/// The real storage emulator: one process for the whole assembly, in which each test takes an account of its own. Only a
/// test that stops the emulator starts another.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static readonly string[] Accounts = [.. Enumerable.Range(1, 1_500).Select(i => $"test{i}")];

    private AzuriteProcess? shared;
    private int taken;

    /// <summary>An empty account that no other test has.</summary>
    public static async Task<AzuriteAccount> TakeAccountAsync() =>
        (await TestContext.Current.GetFixture<AzuriteFixture>() ?? throw new InvalidOperationException("The fixture is missing.")).TakeAccount();

    public AzuriteAccount TakeAccount() =>
        (shared ?? throw new InvalidOperationException("The fixture is not initialised.")).Account(Accounts[Interlocked.Increment(ref taken) - 1]);

    public async ValueTask InitializeAsync() =>
        shared = await AzuriteProcess.StartAsync(new AzuriteOptions { Accounts = Accounts }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (shared is not null)
        {
            await shared.DisposeAsync();
        }
    }
}
