namespace Hazchem.Functions.HazchemApi;

/// <summary>Whether the settings let a depot talk to Hazchem.</summary>
internal abstract record DepotAccess
{
    private DepotAccess()
    {
    }

    public sealed record Usable(ApiKey Key) : DepotAccess;

    /// <param name="Reason">Which setting is wrong and what is right, without its value.</param>
    public sealed record Parked(string Reason) : DepotAccess;
}
