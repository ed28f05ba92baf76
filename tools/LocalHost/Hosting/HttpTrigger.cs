namespace Hazchem.LocalHost.Hosting;

/// <summary>Requests under the route prefix.</summary>
/// <param name="Methods">Empty: every method.</param>
public sealed record HttpTrigger(string BindingName, string Route, IReadOnlyList<string> Methods) : Trigger(BindingName);
