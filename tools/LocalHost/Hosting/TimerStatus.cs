namespace Hazchem.LocalHost.Hosting;

/// <summary>When a timer ran last (the default time if never) and when it runs next.</summary>
internal sealed record TimerStatus(DateTimeOffset Last, DateTimeOffset Next);
