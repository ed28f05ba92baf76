using Hazchem.Functions.Tests.EndToEnd;

namespace Hazchem.Functions.Tests.Portal;

/// <summary>The published app behind the local host as it is in Azure: functions ask for keys, and people are signed in.</summary>
public sealed class FrontFixture : IAsyncLifetime
{
    public const string Key = "the-function-key";

    private HostedApp? app;

    public Uri Address => App.Host.Address;

    internal HostedApp App => app ?? throw new InvalidOperationException("The app is not started.");

    public async ValueTask InitializeAsync() => app = await HostedApp.StartWithKeyAsync(
        Key, ("Portal__Authentication", "AppService"), ("WEBSITE_AUTH_ENABLED", "True"), ("WEBSITE_SITE_NAME", "hazchem"));

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }
}
