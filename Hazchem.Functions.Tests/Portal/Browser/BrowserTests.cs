namespace Hazchem.Functions.Tests.Portal.Browser;

/// <summary>The tests that share a browser and an app run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>
{
    public const string Name = "Browser";
}
