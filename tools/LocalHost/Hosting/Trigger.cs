using Cronos;

namespace Hazchem.LocalHost.Hosting;

/// <summary>What starts a function. <paramref name="BindingName"/> is the parameter that it is bound to.</summary>
public abstract record Trigger(string BindingName);

/// <summary>A new or changed blob in a container.</summary>
/// <param name="Token">What the blob's name is called in the trigger's path.</param>
/// <param name="Connection">The setting with the account's connection string.</param>
/// <param name="Deferred">The worker is told where the blob is and reads it itself.</param>
public sealed record BlobTrigger(string BindingName, string Container, string Token, string Connection, bool Deferred) : Trigger(BindingName);

/// <summary>A schedule of six fields, seconds first.</summary>
public sealed record TimerTrigger(string BindingName, CronExpression Schedule) : Trigger(BindingName);

/// <summary>Requests under the route prefix.</summary>
/// <param name="Methods">Empty: every method.</param>
/// <param name="NeedsKey">Whether its <c>authLevel</c> asks for a key, as it does unless it says <c>anonymous</c>.</param>
public sealed record HttpTrigger(string BindingName, string Route, IReadOnlyList<string> Methods, bool NeedsKey) : Trigger(BindingName);
