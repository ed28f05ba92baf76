namespace Hazchem.LocalHost.Hosting;

/// <summary>What starts a function. <paramref name="BindingName"/> is the key of its input in the request's <c>Data</c>.</summary>
public abstract record Trigger(string BindingName);
