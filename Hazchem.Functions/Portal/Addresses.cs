namespace Hazchem.Functions.Portal;

/// <summary>What the addresses begin with.</summary>
internal static class Addresses
{
    public const string ForTheTms = "/api/v1";

    public const string ForPeople = "/api/portal";

    public const string ForTheWebPage = $"{ForPeople}/v1";
}
