namespace Hazchem.LocalHost.Azurite;

/// <summary>The Azurite that <c>tools/azurite</c> pins.</summary>
internal static class AzuriteInstallation
{
    public static Task<string> EnsureAsync(Action<string> progress, CancellationToken cancellationToken) =>
        NpmInstallation.EnsureAsync("azurite", "azurite", "Azurite, the storage emulator", progress, cancellationToken);
}
