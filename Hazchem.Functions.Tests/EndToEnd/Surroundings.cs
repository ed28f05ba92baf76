using Azure.Storage.Blobs;
using Hazchem.Functions.Storage;
using Hazchem.Functions.Tests.Support;
using Hazchem.LocalHost.Azurite;
using Hazchem.Simulator;

namespace Hazchem.Functions.Tests.EndToEnd;

/// <summary>What a published app needs around it but for a host. Depots 045 and 047 are ours.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private Surroundings(AzuriteAccount account, SimulatorServer simulator, IReadOnlyDictionary<string, string> settings)
    {
        Account = account;
        Storage = new AccountView(account.ConnectionString);
        Simulator = simulator;
        Settings = settings;
    }

    public AzuriteAccount Account { get; }

    public AccountView Storage { get; }

    public SimulatorServer Simulator { get; }

    public HazchemNetwork Network => Simulator.Network;

    /// <summary>The app's, as environment variables are named.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="account">That no other test has.</param>
    /// <param name="settings">Besides or instead of the app's usual ones.</param>
    public static async Task<Surroundings> StartAsync(AzuriteAccount account, params (string Name, string Value)[] settings)
    {
        var simulator = await SimulatorServer.StartAsync(
            new SimulatorOptions { AcceptUnknownConsignments = true, RequestsPerSecond = 0, Concurrency = 0 }, Cancellation);
        var all = new Dictionary<string, string>
        {
            ["DocumentStorage"] = account.ConnectionString,
            ["Hazchem__BaseUrl"] = simulator.Address.AbsoluteUri,
            ["Hazchem__RequestsPerSecond"] = "1000",
        };
        foreach (var depot in new[] { "045", "047" })
        {
            simulator.Network.AddDepot(depot, $"key-of-{depot}");
            all[$"Hazchem__Depots__{depot}__ApiKey"] = $"key-of-{depot}";
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        // The app makes its containers too, but it answers before.
        await new BlobContainerClient(account.ConnectionString, StorageNames.OutboundContainer).CreateIfNotExistsAsync(cancellationToken: Cancellation);
        return new Surroundings(account, simulator, all);
    }

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();
}
