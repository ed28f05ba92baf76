namespace Hazchem.LocalHost.Demo;

/// <summary>The demo's outcome, as the table and the JSON show it.</summary>
internal sealed record DemoReport(bool AsExpected, IReadOnlyList<DemoLine> Documents);
