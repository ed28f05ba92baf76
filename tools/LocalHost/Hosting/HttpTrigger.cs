namespace Hazchem.LocalHost.Hosting;

/// <summary>Requests under the route prefix.</summary>
/// <param name="Methods">Empty: every method.</param>
/// <param name="NeedsKey">Whether its <c>authLevel</c> asks for a key, as it does unless it says <c>anonymous</c>.</param>
public sealed record HttpTrigger(string BindingName, string Route, IReadOnlyList<string> Methods, bool NeedsKey) : Trigger(BindingName);
