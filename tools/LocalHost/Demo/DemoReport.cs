namespace Hazchem.LocalHost.Demo;

/// <summary>The demo's outcome, as the table and the JSON show it.</summary>
/// <param name="Problem">What is wrong though it may be with no single document; null when nothing is.</param>
internal sealed record DemoReport(IReadOnlyList<DemoLine> Documents, string? Problem)
{
    public bool AsExpected => Problem is null && Documents.All(line => line.AsExpected);
}
