namespace Hazchem.LocalHost.Hosting;

/// <summary>A function as its folder's <c>function.json</c> describes it.</summary>
public sealed record FunctionDefinition(string Name, Trigger Trigger);
