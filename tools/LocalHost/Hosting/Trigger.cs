namespace Hazchem.LocalHost.Hosting;

/// <summary>What starts a function. <paramref name="BindingName"/> is the parameter that it is bound to.</summary>
public abstract record Trigger(string BindingName);
