using Cronos;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A schedule of six fields, seconds first.</summary>
public sealed record TimerTrigger(string BindingName, CronExpression Schedule, bool RunOnStartup) : Trigger(BindingName);
